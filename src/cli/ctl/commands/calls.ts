import type { Command } from 'commander'
import { callsAnswer, endedAnswer } from '../../../transport/control/answers.ts'
import { askDaemon, type Globals } from '../context.ts'
import { limitOption } from '../limit-option.ts'
import { cut, print, table } from '../output.ts'

export function addCallCommands(ctl: Command): void {
  const calls = ctl.command('calls').description('calls that ring or are active')

  calls
    .command('list')
    .description('calls, with how long each rings or has been talked')
    .addOption(limitOption())
    .action(async (_: object, command: Command) => {
      const options: Globals & { readonly limit: number } = command.optsWithGlobals()
      const answer = await askDaemon(options)('GET', '/v1/calls', { limit: options.limit }, callsAnswer)
      print(options, answer, ({ calls: shown, total }) => {
        const rows = shown.map(({ call, phase, caller, callee, seconds }) => {
          return [call, phase, caller, callee, seconds]
        })
        return table(['CALL', 'PHASE', 'CALLER', 'CALLEE', 'SECONDS'], rows) + cut(shown.length, total)
      })
    })

  calls
    .command('end <call>')
    .description('hang up for both')
    .action(async (call: string, _: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      const answer = await askDaemon(globals)('POST', '/v1/calls/end', { call }, endedAnswer)
      print(globals, answer, () => `ended ${call}`)
    })
}
