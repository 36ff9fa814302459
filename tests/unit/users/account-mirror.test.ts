import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ok } from '../../../src/domain/result.ts'
import type { UserId } from '../../../src/domain/ids.ts'
import type { Account } from '../../../src/domain/user.ts'
import { AccountMirror } from '../../../src/infrastructure/postgres/accounts/account-mirror.ts'
import { AccountTable } from '../../../src/infrastructure/users-file/table/account-table.ts'
import { account, HASH, OTHER_HASH } from '../users-file/rig.ts'

/** A database in memory, in which the names are unique and each reading takes a while. */
function database() {
  const rows = new Map<UserId, Account>()
  let away = false
  const read = async (
    ids: readonly UserId[],
  ): Promise<readonly { account: Account; doNotDisturb: boolean }[] | undefined> => {
    const seen = ids
      .flatMap((id) => rows.get(id) ?? [])
      .map((row) => ({ account: row, doNotDisturb: row.disabled === true }))
    const failed = away
    await new Promise((resolve) => setImmediate(resolve))
    return failed ? undefined : seen
  }
  const load = async () => {
    const table = new AccountTable()
    const undisturbed = new Set<UserId>()
    for (const row of rows.values()) {
      table.put(row)
      if (row.disabled === true) undisturbed.add(row.id)
    }
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
    return ok({ table, undisturbed })
  }
  return {
    rows,
    mirror: new AccountMirror(read),
    load,
    setAway(is: boolean) {
      away = is
    },
  }
}

const shown = ({ table }: AccountMirror) =>
  Array.from(table.byNames({}), ({ id, username, passwordHash }) => [id, username, passwordHash])
const inOrder = (rows: ReadonlyMap<UserId, Account>) =>
  [...rows.values()]
    .toSorted((a, b) => (a.username < b.username ? -1 : 1))
    .map(({ id, username, passwordHash }) => [id, username, passwordHash])

const IDS = ['a', 'b', 'c', 'd'].map((id) => account('x', id).id)
const NAMES = ['ann', 'bob', 'cat', 'dan']

const step = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    id: fc.constantFrom(...IDS),
    username: fc.constantFrom(...NAMES),
    passwordHash: fc.constantFrom(HASH, OTHER_HASH),
    disabled: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('remove' as const), id: fc.constantFrom(...IDS) }),
  fc.record({ kind: fc.constant('load' as const) }),
  fc.record({ kind: fc.constant('turn' as const) }),
)

test('SQL-4 whatever is changed while it is read or loaded, what is shown in the end is what is there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { rows, mirror, load } = database()
      const waiting: Promise<unknown>[] = []
      for (const what of steps) {
        if (what.kind === 'turn') await new Promise((resolve) => setImmediate(resolve))
        else if (what.kind === 'load') waiting.push(mirror.replace(load))
        else {
          if (what.kind === 'remove') rows.delete(what.id)
          else if (
            [...rows.values()].every(({ id, username }) => id === what.id || username !== what.username)
          )
            rows.set(what.id, { ...account(what.username, what.id), ...what })
          waiting.push(mirror.refresh([what.id]))
        }
      }
      await Promise.all(waiting)
      // A name that has changed hands has somebody else looked at again.
      await mirror.refresh([])
      expect(shown(mirror)).toEqual(inOrder(rows))
      expect(mirror.table.size).toBe(rows.size)
      expect(IDS.map((id) => mirror.isUndisturbed(id))).toEqual(
        IDS.map((id) => rows.get(id)?.disabled === true),
      )
    }),
  )
})

test('SQL-3 what could not be read makes it stale until all is read again', async () => {
  const { rows, mirror, load, setAway } = database()
  const alice = account('alice')
  rows.set(alice.id, alice)
  setAway(true)
  expect(await mirror.refresh([alice.id])).toBeUndefined()
  expect([mirror.isStale, mirror.table.size]).toEqual([true, 0])
  setAway(false)
  await mirror.replace(load)
  expect([mirror.isStale, shown(mirror)]).toEqual([false, inOrder(rows)])
})
