import { expect, test } from 'vitest'
import { ChangeLog } from '../../../src/infrastructure/users-file/edited/change-log.ts'
import { FileAccounts } from '../../../src/infrastructure/users-file/table/file-accounts.ts'
import { account, line } from './rig.ts'

/** A log over a file with alice in it. */
function newLog(): ChangeLog {
  const bytes = Buffer.from(line(account('alice')))
  const read = new FileAccounts(bytes, 1)
  read.put(0)
  return new ChangeLog(read)
}

const withHash = (name: string, n: number) => ({ ...account(name), passwordHash: `hash ${n}` })

test('STORE-28 of an account that is changed again and again the first change and the last ones are remembered', () => {
  const log = newLog()
  const [alice, bob] = [account('alice'), account('bob')]
  log.add({ id: bob.id, account: bob }, false)
  for (let n = 0; n < 50_000; n++) log.add({ id: alice.id, account: withHash('alice', n) }, true)
  expect(log.changes.length).toBeLessThan(4_000)
  expect(log.changes[0]).toEqual({ id: bob.id, account: bob })
  expect(log.changes[1]).toEqual({ id: alice.id, account: withHash('alice', 0) })
  expect(log.changes.at(-1)).toEqual({ id: alice.id, account: withHash('alice', 49_999) })
})

test('STORE-28 of accounts that come and go the last ones are remembered, of those that stay or were in the file all', () => {
  const log = newLog()
  const alice = account('alice')
  log.add({ id: alice.id, account: undefined }, true)
  for (let n = 0; n < 40_000; n++) {
    const guest = account(`guest${n}`)
    log.add({ id: guest.id, account: guest }, false)
    log.add({ id: guest.id, account: undefined }, true)
    if (n % 100 === 0) log.add({ id: account(`user${n}`).id, account: account(`user${n}`) }, false)
  }
  expect(log.changes.length).toBeLessThan(70_000)
  expect(log.changes[0]).toEqual({ id: alice.id, account: undefined })
  const ids = new Set<string>(log.changes.map(({ id }) => id))
  for (let n = 0; n < 40_000; n += 100) expect(ids.has(account(`user${n}`).id)).toBe(true)
  expect(ids.has(account('guest1').id)).toBe(false)
  expect(ids.has(account('guest39999').id)).toBe(true)
})
