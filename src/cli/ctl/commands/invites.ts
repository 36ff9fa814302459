import { type Command, InvalidArgumentError } from 'commander'
import {
  createdInviteAnswer,
  type InviteAnswer,
  invitesAnswer,
  revokedInviteAnswer,
} from '../../../transport/control/answers.ts'
import { withAccounts } from '../ask-accounts.ts'
import type { Globals } from '../context.ts'
import { print, table } from '../output.ts'

interface CreateOptions extends Globals {
  readonly uses: number
  readonly expires?: number
  readonly note?: string
}

export function addInviteCommands(ctl: Command): void {
  const invites = ctl
    .command('invites')
    .description('codes by which people register, where security.registration is "invite"')

  invites
    .command('create')
    .description('make a code, which is shown this once')
    .option('--uses <n>', 'how many accounts it is good for', wholeNumber, 1)
    .option('--expires <time>', 'for how long, such as 12h or 7d; without it for ever', duration)
    .option('--note <text>', 'for whom it is, to be seen in the list')
    .action(async (_: object, command: Command) => {
      const options: CreateOptions = command.optsWithGlobals()
      const { uses, expires: expires_in_ms, note } = options
      await withAccounts(options, true, async (ask) => {
        const input = { uses, expires_in_ms, note }
        // Alone on its line, for a script.
        print(
          options,
          await ask('POST', '/v1/invites/create', input, createdInviteAnswer),
          ({ code }) => code,
        )
      })
    })

  invites
    .command('list')
    .description('the codes there are: not themselves, of which only a hash is kept')
    .action(async (_: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      await withAccounts(globals, false, async (ask) => {
        print(globals, await ask('GET', '/v1/invites', {}, invitesAnswer), (answer) =>
          table(['ID', 'USED', 'CREATED', 'EXPIRES', 'NOTE'], answer.invites.map(row)),
        )
      })
    })

  invites
    .command('revoke <id>')
    .description('let nobody register by a code any more; the id is that of the list')
    .action(async (id: string, _: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      await withAccounts(globals, false, async (ask) => {
        const revoked = await ask('POST', '/v1/invites/revoke', { id }, revokedInviteAnswer)
        print(globals, revoked, () => `revoked ${id}`)
      })
    })
}

function row({ id, used, uses, created_at, expires_at, note }: InviteAnswer): string[] {
  return [
    id,
    `${used} of ${uses}`,
    instant(created_at),
    expires_at === null ? '-' : instant(expires_at),
    note,
  ]
}

function instant(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 on is expected')
  return Number(text)
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

function duration(text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,3})([mhd])$/.exec(text) ?? []
  const ms = UNITS[unit]
  if (ms === undefined)
    throw new InvalidArgumentError('a number of minutes, hours or days is expected: 30m, 12h, 7d')
  return Number(count) * ms
}
