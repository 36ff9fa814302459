import { describe, expect, test } from 'vitest'
import type { UserStore } from '../../../src/application/ports/user-store.ts'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { compareNames } from '../../../src/domain/name-order.ts'
import { account, HASH, line, names, OTHER_HASH } from '../../unit/users-file/rig.ts'
import { userStoreContract } from '../../unit/users/user-store.contract.ts'
import { canRun } from '../program.ts'
import { type Logged, openStore } from './rig.ts'
import { PASSWORD, postgresServer } from './server.ts'

describe.skipIf(!canRun('initdb', 'postgresql'))('PostgreSQL', () => {
  const server = postgresServer()
  const fresh = () => server().createDatabase()

  userStoreContract('accounts in PostgreSQL', async () => openStore(await fresh()))

  const byName = async (store: UserStore) =>
    Array.from(await store.listByName({}), ({ username }) => username)

  test('SQL-4 what one process changes every other one shows, and is told of', async () => {
    const url = await fresh()
    const [here, there] = [await openStore(url), await openStore(url)]
    const told: boolean[] = []
    there.whenEdited((mayBeGone) => told.push(mayBeGone))
    const [alice, bob] = [account('alice'), account('bob')]
    for (const one of [alice, bob]) {
      await here.insertIfAbsent(one)
      expect(await there.lookUpId(one.id)).toEqual({ ok: true, value: one })
    }
    await expect.poll(() => byName(there)).toEqual(['alice', 'bob'])
    expect(told).not.toContain(true)
    await here.rename(alice.id, 'zoe')
    await here.setDisabled(bob.id, true)
    await expect.poll(() => byName(there)).toEqual(['bob', 'zoe'])
    await expect.poll(async () => (await there.findById(bob.id))?.disabled).toBe(true)
    await here.remove(bob.id)
    await expect.poll(() => byName(there)).toEqual(['zoe'])
    expect(told).toContain(true)
    expect(await names(here)).toEqual(['zoe'])
  })

  test('SQL-4 who looks an account up sees it at once, wherever it was changed', async () => {
    const url = await fresh()
    const [here, there] = [await openStore(url), await openStore(url)]
    for (let i = 0; i < 20; i++) {
      const one = account(`user ${i}`)
      await here.insertIfAbsent(one)
      expect(await there.lookUp(one.username)).toEqual({ ok: true, value: one })
      // And from then on it is shown by what is answered from memory.
      expect(await there.findById(one.id)).toEqual(one)
      await here.replaceHash(one.id, HASH, OTHER_HASH)
      expect(await there.lookUp(one.username)).toMatchObject({ value: { passwordHash: OTHER_HASH } })
      await here.remove(one.id)
      expect(await there.lookUp(one.username)).toEqual({ ok: true, value: undefined })
      expect(await there.findByName(one.username)).toBeUndefined()
    }
  })

  test('SQL-4 of many who want one name, or one that reads alike, at two processes exactly one gets it', async () => {
    const url = await fresh()
    const stores = [await openStore(url), await openStore(url)]
    for (const [round, wanted] of [
      ['alice', 'alice'],
      ['bob', 'Bob'],
      ['\u0430nna', 'anna'],
    ].entries()) {
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, i) => i).flatMap((i) =>
          stores.map((store, at) =>
            store.insertIfAbsent(account(wanted[at] ?? '', `rival-${round}-${i}-${at}`)),
          ),
        ),
      )
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
    }
    const [count] = await server().sql(url, 'SELECT count(*)::int AS n FROM roomrtc.accounts')
    expect(count).toEqual({ n: 3 })
  })

  test('SQL-4 names that read alike are refused beside accounts that were made where that is allowed', async () => {
    const url = await fresh()
    const [allows, refuses] = [await openStore(url, { lookalikes: 'allow' }), await openStore(url)]
    for (const name of ['alice', 'ALICE']) expect((await allows.insertIfAbsent(account(name))).ok).toBe(true)
    expect(await refuses.insertIfAbsent(account('Alice'))).toEqual({
      ok: false,
      error: 'username_taken_lookalike',
    })
    expect((await allows.insertIfAbsent(account('Alice'))).ok).toBe(true)
    expect((await refuses.rename(account('alice').id, 'zoe')).ok).toBe(true)
    expect(await refuses.rename(account('alice').id, 'aLICE')).toEqual({
      ok: false,
      error: 'username_taken_lookalike',
    })
  })

  test('SQL-5 what an administrator does to the table counts, and a row that is no account is passed over', async () => {
    const url = await fresh()
    const logged: Logged[] = []
    const store = await openStore(url, { logged })
    for (const name of ['alice', 'bob', 'carol']) await store.insertIfAbsent(account(name))
    await server().sql(url, `UPDATE roomrtc.accounts SET disabled = true WHERE username = 'alice'`)
    await expect.poll(async () => (await store.findByName('alice'))?.disabled).toBe(true)
    await server().sql(url, `UPDATE roomrtc.accounts SET password_hash = 'nonsense' WHERE username = 'bob'`)
    await expect.poll(() => byName(store)).toEqual(['alice', 'carol'])
    expect(logged.filter(({ level }) => level === 'error')).toMatchObject([
      { text: expect.stringMatching(/an account of the database cannot be used .*id: 'id-bob'/s) },
    ])
    await server().sql(url, 'TRUNCATE roomrtc.accounts CASCADE')
    await expect.poll(() => store.count()).toBe(0)
  })

  test('SQL-5 a row that is no account stops a start', async () => {
    const url = await fresh()
    const store = await openStore(url)
    await store.insertIfAbsent(account('alice'))
    await store.close()
    await server().sql(url, `UPDATE roomrtc.accounts SET password_hash = 'nonsense'`)
    const error: unknown = await openStore(url).catch((thrown: unknown) => thrown)
    expect(error instanceof StartupError && error.faults).toEqual([
      'roomrtc.accounts, line 1: its password hash is neither bcrypt nor 16 hexadecimal digits',
    ])
  })

  test('SQL-3 while the database is away everything that needs it is refused, and what is known is told; then it goes on', async () => {
    const url = await fresh()
    const logged: Logged[] = []
    const store = await openStore(url, { logged })
    const [alice, bob] = [account('alice'), account('bob')]
    await store.insertIfAbsent(alice)
    const refused = { ok: false, error: 'storage_unavailable' }
    await server().whileAway(async () => {
      expect(await store.insertIfAbsent(bob)).toEqual(refused)
      expect(await store.lookUp('alice')).toEqual(refused)
      expect(await store.replaceHash(alice.id, HASH, OTHER_HASH)).toEqual(refused)
      expect(await store.setDisabled(alice.id, true)).toEqual(refused)
      expect(await store.rename(alice.id, 'zoe')).toEqual(refused)
      expect(await store.remove(alice.id)).toEqual(refused)
      expect([await store.findById(alice.id), await store.findByName('alice')]).toEqual([alice, alice])
      expect(await byName(store)).toEqual(['alice'])
      expect(await store.takeOverEdits()).toHaveLength(1)
    })
    expect(await store.lookUp('alice')).toEqual({ ok: true, value: alice })
    expect((await store.insertIfAbsent(bob)).ok).toBe(true)
    await server().sql(url, `UPDATE roomrtc.accounts SET disabled = true`)
    await expect
      .poll(async () => [
        (await store.findById(alice.id))?.disabled,
        (await store.findById(bob.id))?.disabled,
      ])
      .toEqual([true, true])
    expect(JSON.stringify(logged)).not.toContain(PASSWORD)
    expect(logged.map(({ text }) => text).join()).toContain('the database can be used again')
  })

  test('SQL-3 a connection that is cut is made anew, and what was missed is read', async () => {
    const url = await fresh()
    const store = await openStore(url)
    const other = await openStore(url)
    await store.insertIfAbsent(account('alice'))
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`
    await server().sql(
      url,
      `BEGIN; ALTER TABLE roomrtc.accounts DISABLE TRIGGER USER; UPDATE roomrtc.accounts SET disabled = true;
      ALTER TABLE roomrtc.accounts ENABLE TRIGGER USER; COMMIT; ${cut}`,
    )
    for (const one of [store, other])
      await expect.poll(async () => (await one.findByName('alice'))?.disabled).toBe(true)
    expect((await other.insertIfAbsent(account('bob'))).ok).toBe(true)
  })

  test('SQL-3 a database that goes silent is given up within a deadline', async () => {
    const url = await fresh()
    const store = await openStore(url)
    await store.insertIfAbsent(account('alice'))
    await server().whileSilent(url, async () => {
      expect(await store.lookUp('alice')).toEqual({ ok: false, error: 'storage_unavailable' })
    })
    await expect.poll(() => store.lookUp('alice')).toMatchObject({ ok: true })
  })

  test('SQL-2 accounts are listed by name as everywhere else, whatever order the database has', async () => {
    const url = await fresh()
    const wanted = ['\u{20000}', '\uFB00x', 'zoe', 'Zoe', 'a b', 'a-b', 'a', 'é', 'e\u0301', 'ж', '_', '9']
    const store = await openStore(url, { lookalikes: 'allow' })
    await Promise.all(wanted.map((name) => store.insertIfAbsent(account(name))))
    const reopened = await openStore(url, { lookalikes: 'allow' })
    for (const one of [store, reopened]) expect(await byName(one)).toEqual(wanted.toSorted(compareNames))
    expect(await names(reopened)).toEqual(wanted)
  })

  test('SQL-2 what no name can be is found nowhere, and asks nothing of the database', async () => {
    const store = await openStore(await fresh())
    for (const name of ['a\0b', '\ud800', 'x'.repeat(100_000), '', "'; DROP TABLE roomrtc.accounts --"])
      expect(await store.lookUp(name)).toEqual({ ok: true, value: undefined })
    expect((await store.insertIfAbsent(account("o'brien"))).ok).toBe(true)
    expect(await store.lookUp("o'brien")).toMatchObject({ value: { username: "o'brien" } })
  })

  test('SQL-2 every kind of account line comes back as it was', async () => {
    const url = await fresh()
    const store = await openStore(url)
    const accounts = [
      account('plain'),
      { ...account('legacy'), passwordHash: '0123456789abcdef' },
      { ...account('off'), disabled: true },
      { ...account('old one', 'u1'), createdAt: 0 },
    ]
    for (const one of accounts) expect((await store.insertIfAbsent(one)).ok).toBe(true)
    const again = await openStore(url)
    expect(Array.from(await again.list(), line)).toEqual(accounts.map(line))
  })
})
