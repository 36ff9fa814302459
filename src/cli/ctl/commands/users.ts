import type { Command } from 'commander'
import {
  changedAnswer,
  passwdAnswer,
  type UserAnswer,
  userAnswer,
  usersAnswer,
} from '../../../transport/control/answers.ts'
import { withAccounts } from '../ask-accounts.ts'
import type { Globals } from '../context.ts'
import { limitOption } from '../limit-option.ts'
import { facts, print, table } from '../output.ts'
import { readSecret } from '../read-password.ts'
import { addTransferCommands } from './transfer.ts'

interface ListOptions extends Globals {
  readonly prefix?: string
  readonly after?: string
  readonly limit: number
}

interface SecretOptions extends Globals {
  readonly raw?: boolean
}

const RAW = [
  '--raw',
  'the client sends the password itself; otherwise it sends the digest that native clients make of it',
] as const

export function addUserCommands(ctl: Command): void {
  const users = ctl.command('users').description('accounts; with the daemon stopped, of the account file')

  users
    .command('list')
    .description('accounts by name')
    .option('--prefix <text>', 'only names that begin so')
    .option('--after <name>', 'only names after this one')
    .addOption(limitOption())
    .action(async (_: object, command: Command) => {
      const options: ListOptions = command.optsWithGlobals()
      const { prefix, after, limit } = options
      await withAccounts(options, false, async (ask) => {
        print(options, await ask('GET', '/v1/users', { prefix, after, limit }, usersAnswer), (answer) => {
          const more = answer.next === null ? '' : `\nmore: --after ${JSON.stringify(answer.next)}`
          return table(['NAME', 'ID', 'CREATED', 'STATE', 'PASSWORD'], answer.users.map(row)) + more
        })
      })
    })

  users
    .command('show <name>')
    .description('one account')
    .action(async (username: string, _: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      await withAccounts(globals, false, async (ask) => {
        print(globals, await ask('GET', '/v1/users/show', { username }, userAnswer), describe)
      })
    })

  users
    .command('add <name>')
    .description('make an account; the password is asked for, or is the first line of standard input')
    .option(...RAW)
    .action(async (username: string, _: object, command: Command) => {
      const options: SecretOptions = command.optsWithGlobals()
      const password_hash = await readSecret(options)
      await withAccounts(options, true, async (ask) => {
        const added = await ask('POST', '/v1/users/add', { username, password_hash }, userAnswer)
        print(options, added, ({ user_id }) => `added ${username} with the id ${user_id}`)
      })
    })

  users
    .command('passwd <name>')
    .description('set a password, and end all sessions of the user')
    .option(...RAW)
    .action(async (username: string, _: object, command: Command) => {
      const options: SecretOptions = command.optsWithGlobals()
      const password_hash = await readSecret(options)
      await withAccounts(options, false, async (ask) => {
        const changed = await ask('POST', '/v1/users/passwd', { username, password_hash }, passwdAnswer)
        print(options, changed, ({ sessions_ended: ended }) => {
          return `password of ${username} set, sessions ended: ${ended}`
        })
      })
    })

  users
    .command('rename <name> <to>')
    .description('give an account another name, and end all sessions of the user')
    .action(async (username: string, to: string, _: object, command: Command) => {
      await change(command, 'rename', { username, to }, `${username} is ${to} now`)
    })

  for (const [kind, description, done] of CHANGES) {
    users
      .command(`${kind} <name>`)
      .description(description)
      .action(async (username: string, _: object, command: Command) => {
        await change(command, kind, { username }, `${username} is ${done}`)
      })
  }

  addTransferCommands(users)
}

const CHANGES = [
  ['disable', 'let nobody log in to an account, and end all its sessions', 'disabled'],
  ['enable', 'let its user log in to a disabled account again', 'enabled'],
  ['remove', 'remove an account for good, and end all its sessions; the name is free again', 'removed'],
] as const

async function change(
  command: Command,
  kind: string,
  input: Readonly<Record<string, unknown>>,
  done: string,
): Promise<void> {
  const globals: Globals = command.optsWithGlobals()
  await withAccounts(globals, false, async (ask) => {
    print(
      globals,
      await ask('POST', `/v1/users/${kind}`, input, changedAnswer),
      ({ sessions_ended: ended }) => {
        return kind === 'enable' ? done : `${done}, sessions ended: ${ended}`
      },
    )
  })
}

function row({ username, user_id, created_at, password, ...how }: UserAnswer): string[] {
  return [username, user_id, instant(created_at), stateText(how), password]
}

function describe({ username, user_id, created_at, password, ...how }: UserAnswer): string {
  return facts([
    ['name', username],
    ['id', user_id],
    ['created', instant(created_at)],
    ['state', stateText(how)],
    ['password', password],
  ])
}

function stateText({
  state,
  disabled,
  do_not_disturb,
}: Pick<UserAnswer, 'state' | 'disabled' | 'do_not_disturb'>): string {
  if (disabled) return 'disabled'
  return do_not_disturb ? `${state}, do not disturb` : state
}

// An account file may hold any number of seconds.
function instant(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace('.000', '')
}
