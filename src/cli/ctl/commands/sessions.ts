import type { Command } from 'commander'
import { endedAnswer, sessionsAnswer } from '../../../transport/control/answers.ts'
import { askDaemon, type Globals } from '../context.ts'
import { limitOption } from '../limit-option.ts'
import { cut, print, table } from '../output.ts'

const HEAD = ['SESSION', 'USER', 'STATE', 'CONN', 'OVER', 'ADDRESS', 'CALL', 'CAPABILITIES']

export function addSessionCommands(ctl: Command): void {
  const sessions = ctl.command('sessions').description('who is logged in')

  sessions
    .command('list')
    .description('sessions, the oldest first')
    .option('--user <name>', 'only those of this user')
    .addOption(limitOption())
    .action(async (_: object, command: Command) => {
      const options: Globals & { readonly user?: string; readonly limit: number } = command.optsWithGlobals()
      const { user: username, limit } = options
      print(
        options,
        await askDaemon(options)('GET', '/v1/sessions', { username, limit }, sessionsAnswer),
        ({ sessions: shown, total }) => {
          const rows = shown.map((one) => [
            one.session,
            one.username,
            one.state,
            one.connection,
            one.transport,
            one.address,
            one.call,
            one.capabilities.join(',') || null,
            ...(one.node === undefined ? [] : [one.node]),
          ])
          const isCluster = shown.some(({ node }) => node !== undefined)
          return table(isCluster ? [...HEAD, 'NODE'] : HEAD, rows) + cut(shown.length, total)
        },
      )
    })

  sessions
    .command('end [session]')
    .description('end a session, or with --user all of a user; each client is told why')
    .option('--user <name>', 'all sessions of this user')
    .action(async (session: string | undefined, _: object, command: Command) => {
      const options: Globals & { readonly user?: string } = command.optsWithGlobals()
      if ((session === undefined) === (options.user === undefined))
        command.error('error: name one session, or a user with --user', { exitCode: 2 })
      const which = session === undefined ? { username: options.user } : { session }
      const answer = await askDaemon(options)('POST', '/v1/sessions/end', which, endedAnswer)
      print(options, answer, ({ ended }) => `sessions ended: ${ended}`)
    })
}
