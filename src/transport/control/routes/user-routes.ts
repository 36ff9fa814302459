import { z } from 'zod'
import type { AddAccount } from '../../../application/admin/add-account.ts'
import type { AccountChange, ChangeAccount } from '../../../application/admin/change-account.ts'
import type { ImportAccounts } from '../../../application/admin/import-accounts.ts'
import type { SetPassword } from '../../../application/admin/set-password.ts'
import type { AccountLines } from '../../../application/ports/account-lines.ts'
import type { DoNotDisturb } from '../../../application/ports/do-not-disturb.ts'
import type { UserStore } from '../../../application/ports/user-store.ts'
import type { UserId } from '../../../domain/ids.ts'
import type { NameRange } from '../../../domain/name-order.ts'
import { ok } from '../../../domain/result.ts'
import { isTokenField } from '../../../domain/token-account.ts'
import type { Account } from '../../../domain/user.ts'
import type { ChangedAnswer, ExportAnswer, UserAnswer, UsersAnswer } from '../answers.ts'
import { limit } from '../limit.ts'
import { refuse } from '../refuse.ts'
import { deny, type Reply, route, type Route } from '../route.ts'

interface Deps {
  readonly users: UserStore
  readonly doNotDisturb: Pick<DoNotDisturb, 'isOn'>
  readonly lines: AccountLines
  readonly addAccount: AddAccount
  readonly setPassword: SetPassword
  readonly changeAccount: ChangeAccount
  readonly importAccounts: ImportAccounts
  readonly online: Online
}

/** What depends on a running daemon; with the file alone nobody is there. */
export interface Online {
  stateOf(user: UserId): UserAnswer['state']
  endSessions(user: UserId): Promise<number>
  /** Lists of users that clients will be sent are other ones. */
  accountsChanged(): void
  /** The account is gone. */
  forgetHistory(user: UserId): void
}

/** Lines of one import request; each batch is one turn of the disk. */
export const MAX_IMPORTED_LINES = 500
const MAX_SECRET_LENGTH = 1024
/** As of stored names. */
const MAX_NAME_LENGTH = 1024

const named = z.strictObject({ username: z.string().max(MAX_NAME_LENGTH) })
const credentials = named.extend({ password_hash: z.string().min(1).max(MAX_SECRET_LENGTH) })
const text = z.string().max(MAX_NAME_LENGTH).optional()
const page = z.strictObject({ prefix: text, after: text, limit })

export function userRoutes(deps: Deps): readonly Route[] {
  const { users, lines, addAccount, setPassword, changeAccount, importAccounts, online } = deps
  const here = {
    stateOf: (user: UserId) => online.stateOf(user),
    isOn: (user: UserId) => deps.doNotDisturb.isOn(user),
  }
  return [
    route({
      method: 'GET',
      path: '/v1/users',
      input: page,
      async run({ limit: most, ...range }) {
        const { accounts, next } = await take(range, most)
        const shown = accounts.map((account) => present(account, here))
        return { answer: ok({ users: shown, next } satisfies UsersAnswer) }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/users/show',
      input: named,
      async run({ username }) {
        const account = await users.findByName(username)
        return account === undefined ? noSuchUser : { answer: ok(present(account, here)) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/users/add',
      action: 'users add',
      input: credentials,
      about: ({ username }) => ({ username }),
      async run({ username, password_hash }) {
        const added = await addAccount(username, password_hash)
        if (!added.ok) return refuse(added.error)
        online.accountsChanged()
        return { answer: ok(present(added.value, here)), subject: { userId: added.value.id } }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/users/passwd',
      action: 'users passwd',
      input: credentials,
      about: ({ username }) => ({ username }),
      async run({ username, password_hash }) {
        const changed = await setPassword(username, password_hash)
        if (!changed.ok) return refuse(changed.error)
        const { id: user_id } = changed.value
        const sessions_ended = await online.endSessions(user_id)
        return { answer: ok({ user_id, username, sessions_ended }), subject: { userId: user_id } }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/users/rename',
      action: 'users rename',
      input: named.extend({ to: z.string().max(MAX_NAME_LENGTH) }),
      about: ({ username, to }) => ({ username, to }),
      run: ({ username, to }) => change(username, { kind: 'rename', to }),
    }),
    ...(['disable', 'enable', 'remove'] as const).map((kind) =>
      route({
        method: 'POST',
        path: `/v1/users/${kind}`,
        action: `users ${kind}`,
        input: named,
        about: ({ username }) => ({ username }),
        run: ({ username }) => change(username, { kind }),
      }),
    ),
    route({
      method: 'POST',
      path: '/v1/users/import',
      action: 'users import',
      input: z.strictObject({ lines: z.array(z.string()).max(MAX_IMPORTED_LINES) }),
      about: (input) => ({ lines: input.lines.length }),
      async run(input) {
        const imported = await importAccounts(input.lines)
        online.accountsChanged()
        return { answer: ok({ lines: imported }) }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/users/export',
      action: 'users export',
      input: page,
      about: ({ prefix, after }) => ({ prefix, after }),
      async run({ limit: most, ...range }) {
        const { accounts, next } = await take(range, most)
        return {
          answer: ok({
            lines: accounts.map((account) => lines.format(account)),
            next,
          } satisfies ExportAnswer),
        }
      },
    }),
  ]

  /** Sessions are of a user with this name who may log in: where that is over they end. */
  async function change(username: string, what: AccountChange): Promise<Reply> {
    const changed = await changeAccount(username, what)
    if (!changed.ok) return refuse(changed.error)
    const sessions_ended = what.kind === 'enable' ? 0 : await online.endSessions(changed.value.id)
    if (what.kind === 'remove') online.forgetHistory(changed.value.id)
    online.accountsChanged()
    const { id: userId } = changed.value
    const answer = { ...present(changed.value, here), sessions_ended } satisfies ChangedAnswer
    return { answer: ok(answer), subject: { userId } }
  }

  async function take(range: NameRange, most: number): Promise<{ accounts: Account[]; next: string | null }> {
    const accounts: Account[] = []
    for (const account of await users.listByName(range)) {
      if (accounts.length === most) return { accounts, next: accounts.at(-1)?.username ?? null }
      accounts.push(account)
    }
    return { accounts, next: null }
  }
}

function present(
  { id, username, createdAt, passwordHash, disabled = false }: Account,
  { stateOf, isOn }: Pick<Online, 'stateOf'> & Pick<DoNotDisturb, 'isOn'>,
): UserAnswer {
  return {
    user_id: id,
    username,
    created_at: createdAt,
    state: stateOf(id),
    password: isTokenField(passwordHash) ? 'none' : passwordHash.startsWith('$') ? 'bcrypt' : 'legacy',
    disabled,
    do_not_disturb: isOn(id),
  }
}

const noSuchUser: Reply = deny(404, 'user_not_found', 'there is no such account')
