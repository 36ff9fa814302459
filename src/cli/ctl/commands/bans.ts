import type { Command } from 'commander'
import { banAnswer, bansAnswer, liftedAnswer } from '../../../transport/control/answers.ts'
import { askDaemon, type Globals } from '../context.ts'
import { limitOption, wholeNumber } from '../limit-option.ts'
import { cut, print, table } from '../output.ts'

export function addBanCommands(ctl: Command): void {
  const bans = ctl.command('bans').description('addresses from which no connection is taken')

  bans
    .command('list')
    .description('banned addresses, with the seconds that are left')
    .addOption(limitOption())
    .action(async (_: object, command: Command) => {
      const options: Globals & { readonly limit: number } = command.optsWithGlobals()
      const answer = await askDaemon(options)('GET', '/v1/bans', { limit: options.limit }, bansAnswer)
      print(options, answer, ({ bans: shown, total }) => {
        const rows = shown.map(({ address, seconds_left }) => [address, seconds_left])
        return table(['ADDRESS', 'SECONDS LEFT'], rows) + cut(shown.length, total)
      })
    })

  bans
    .command('add <address>')
    .description('take no new connection from an address; of IPv6 the first 64 bits count')
    .option('--seconds <number>', 'for how long', wholeNumber, 3600)
    .action(async (address: string, _: object, command: Command) => {
      const options: Globals & { readonly seconds: number } = command.optsWithGlobals()
      const input = { address, seconds: options.seconds }
      const answer = await askDaemon(options)('POST', '/v1/bans/add', input, banAnswer)
      print(options, answer, (ban) => `banned ${ban.address} for ${ban.seconds_left} s`)
    })

  bans
    .command('lift <address>')
    .description('let an address in again')
    .action(async (address: string, _: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      const answer = await askDaemon(globals)('POST', '/v1/bans/lift', { address }, liftedAnswer)
      print(globals, answer, (lifted) => `lifted ${lifted.address}`)
    })
}
