import { describe, expect, test } from 'vitest'
import type { UserStore } from '../../../src/application/ports/user-store.ts'
import type { NameRange } from '../../../src/domain/name-order.ts'
import { account, HASH, names, OTHER_HASH } from '../users-file/rig.ts'

/** What every UserStore must do, wherever it keeps the accounts. `open` gives an empty one. */
export function userStoreContract(kind: string, open: () => Promise<UserStore>): void {
  describe(kind, () => {
    test('STORE-1 a registered account is found by its id and by its exact name', async () => {
      const store = await open()
      const zoe = account('Zoë')
      expect(await store.insertIfAbsent(zoe)).toEqual({ ok: true, value: zoe })
      expect(await store.findById(zoe.id)).toEqual(zoe)
      expect(await store.findByName('Zoë')).toEqual(zoe)
      expect(await store.findByName('zoë')).toBeUndefined()
      expect(await store.lookUp('Zoë')).toEqual({ ok: true, value: zoe })
      expect(await store.lookUp('zoë')).toEqual({ ok: true, value: undefined })
      expect(await store.findById(account('nobody').id)).toBeUndefined()
      expect(await store.lookUpId(zoe.id)).toEqual({ ok: true, value: zoe })
      expect(await store.lookUpId(account('nobody').id)).toEqual({ ok: true, value: undefined })
    })

    test('STORE-2 a name that is taken is refused, and its account stays as it is', async () => {
      const store = await open()
      await store.insertIfAbsent(account('alice', 'first'))
      const second = await store.insertIfAbsent(account('alice', 'second'))
      expect(second).toEqual({ ok: false, error: 'username_taken' })
      expect(await store.findByName('alice')).toEqual(account('alice', 'first'))
      expect(await store.findById(account('alice', 'second').id)).toBeUndefined()
    })

    test('STORE-2 of many who want one name at the same instant exactly one gets it', async () => {
      const store = await open()
      const rivals = Array.from({ length: 50 }, (_, i) => account('alice', `rival-${i}`))
      const outcomes = await Promise.all(rivals.map((rival) => store.insertIfAbsent(rival)))
      const winners = outcomes.filter(({ ok }) => ok)
      expect(winners).toEqual([{ ok: true, value: await store.findByName('alice') }])
      expect(await names(store)).toEqual(['alice'])
    })

    test('STORE-2 an id that is taken is a bug, not an account', async () => {
      const store = await open()
      await store.insertIfAbsent(account('alice', 'same'))
      await expect(store.insertIfAbsent(account('bob', 'same'))).rejects.toThrow('same')
      expect(await names(store)).toEqual(['alice'])
    })

    test('STORE-24 an account is disabled and enabled again, and is otherwise as it was', async () => {
      const store = await open()
      const alice = account('alice')
      await store.insertIfAbsent(alice)
      expect(await store.setDisabled(alice.id, true)).toEqual({
        ok: true,
        value: { ...alice, disabled: true },
      })
      expect((await store.findByName('alice'))?.disabled).toBe(true)
      await store.setDisabled(alice.id, false)
      expect((await store.findById(alice.id))?.disabled ?? false).toBe(false)
      expect(await store.setDisabled(account('bob').id, true)).toEqual({
        ok: false,
        error: 'changed_meanwhile',
      })
    })

    test('STORE-25 a renamed account has its id, and its old name is free', async () => {
      const store = await open()
      const [alice, bob] = [account('alice'), account('bob')]
      for (const one of [alice, bob]) await store.insertIfAbsent(one)
      expect(await store.rename(alice.id, 'bob')).toEqual({ ok: false, error: 'username_taken' })
      expect(await store.rename(alice.id, 'zoe')).toEqual({ ok: true, value: { ...alice, username: 'zoe' } })
      expect(await store.findByName('alice')).toBeUndefined()
      expect((await store.findById(alice.id))?.username).toBe('zoe')
      expect([...(await store.listByName({}))].map(({ username }) => username)).toEqual(['bob', 'zoe'])
      expect((await store.insertIfAbsent(account('alice', 'another'))).ok).toBe(true)
      expect(await store.count()).toBe(3)
    })

    test('STORE-25 two that want each other\u2019s names, and many changes at once, leave each account whole', async () => {
      const store = await open()
      const [alice, bob] = [account('alice'), account('bob')]
      for (const one of [alice, bob]) await store.insertIfAbsent(one)
      const outcomes = await Promise.all([
        store.rename(alice.id, 'bob'),
        store.rename(bob.id, 'alice'),
        store.replaceHash(alice.id, HASH, OTHER_HASH),
        store.rename(alice.id, 'zoe'),
        store.setDisabled(bob.id, true),
      ])
      expect(outcomes.slice(0, 2).every(({ ok }) => !ok)).toBe(true)
      expect(new Set((await names(store)).values()).size).toBe(2)
      expect((await store.findById(bob.id))?.disabled).toBe(true)
    })

    test('STORE-26 a removed account is gone, and its name is free', async () => {
      const store = await open()
      const [alice, bob] = [account('alice'), account('bob')]
      for (const one of [alice, bob]) await store.insertIfAbsent(one)
      expect((await store.remove(alice.id)).ok).toBe(true)
      expect(await store.findById(alice.id)).toBeUndefined()
      expect(await store.findByName('alice')).toBeUndefined()
      expect(await names(store)).toEqual(['bob'])
      expect([...(await store.listByName({}))].map(({ username }) => username)).toEqual(['bob'])
      expect([await store.count(), await store.remove(alice.id)]).toEqual([
        1,
        { ok: false, error: 'changed_meanwhile' },
      ])
      expect((await store.insertIfAbsent(account('alice', 'another'))).ok).toBe(true)
    })

    test('STORE-26 an account that is to be removed with a certain hash stays if it has another', async () => {
      const store = await open()
      const alice = account('alice')
      await store.insertIfAbsent(alice)
      expect(await store.remove(alice.id, OTHER_HASH)).toEqual({ ok: false, error: 'changed_meanwhile' })
      expect(await store.findByName('alice')).toEqual(alice)
      expect((await store.remove(alice.id, HASH)).ok).toBe(true)
      expect(await names(store)).toEqual([])
    })

    test('STORE-27 AUTH-13 a name that reads like another one is refused, whichever of the two comes, and is free with its account', async () => {
      const store = await open()
      const cyrillic = '\u0430lice'
      const alice = account('alice')
      await store.insertIfAbsent(alice)
      const refused = { ok: false, error: 'username_taken_lookalike' }
      for (const name of ['Alice', cyrillic])
        expect(await store.insertIfAbsent(account(name))).toEqual(refused)
      await store.insertIfAbsent(account('bob'))
      expect(await store.rename(account('bob').id, cyrillic)).toEqual(refused)
      expect((await store.rename(alice.id, 'ALICE')).ok).toBe(true)
      await store.remove(alice.id)
      const rivals = [account('alice', '1'), account('Alice', '2'), account(cyrillic, '3')]
      const outcomes = await Promise.all(rivals.map((rival) => store.insertIfAbsent(rival)))
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
    })

    test('STORE-3 a hash is replaced if it still is the expected one', async () => {
      const store = await open()
      const alice = account('alice')
      await store.insertIfAbsent(alice)
      const replaced = { ...alice, passwordHash: OTHER_HASH }
      expect(await store.replaceHash(alice.id, HASH, OTHER_HASH)).toEqual({ ok: true, value: replaced })
      expect(await store.replaceHash(alice.id, HASH, OTHER_HASH)).toEqual({
        ok: false,
        error: 'changed_meanwhile',
      })
      expect(await store.findById(alice.id)).toEqual(replaced)
      expect(await store.findByName('alice')).toEqual(replaced)
    })

    test('STORE-3 of two replacements of one hash at the same instant exactly one happens', async () => {
      const store = await open()
      const alice = account('alice')
      await store.insertIfAbsent(alice)
      const hashes = [OTHER_HASH, HASH.replaceAll('a', 'c')]
      const outcomes = await Promise.all(hashes.map((hash) => store.replaceHash(alice.id, HASH, hash)))
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
      const winner = outcomes.findIndex(({ ok }) => ok)
      expect((await store.findById(alice.id))?.passwordHash).toBe(hashes[winner])
    })

    test('STORE-3 the hash of an unknown account cannot be replaced', async () => {
      const store = await open()
      const outcome = await store.replaceHash(account('nobody').id, HASH, OTHER_HASH)
      expect(outcome).toEqual({ ok: false, error: 'changed_meanwhile' })
    })

    test('STORE-4 accounts are listed in the order of registration, a replaced hash changes no place', async () => {
      const store = await open()
      for (const name of ['carol', 'alice', 'bob']) await store.insertIfAbsent(account(name))
      await store.replaceHash(account('carol').id, HASH, OTHER_HASH)
      expect(await store.count()).toBe(3)
      const listed = await store.list()
      expect(Array.from(listed, ({ username }) => username)).toEqual(['carol', 'alice', 'bob'])
      expect(Array.from(listed)).toHaveLength(3)
    })

    test('STORE-4 accounts are listed by name, from a name on that nobody need have, with a prefix', async () => {
      const store = await open()
      const inOrder = async (range: NameRange) =>
        Array.from(await store.listByName(range), ({ username }) => username)
      for (const name of ['bob', 'al', '\u{20000}', 'alice']) await store.insertIfAbsent(account(name))
      expect(await inOrder({})).toEqual(['al', 'alice', 'bob', '\u{20000}'])
      for (const name of ['\uFB00', 'Bo', 'alan']) await store.insertIfAbsent(account(name))
      await store.insertIfAbsent(account('alice', 'another'))
      await store.replaceHash(account('al').id, HASH, OTHER_HASH)
      expect(await inOrder({})).toEqual(['Bo', 'al', 'alan', 'alice', 'bob', '\uFB00', '\u{20000}'])
      expect(await inOrder({ prefix: 'al' })).toEqual(['al', 'alan', 'alice'])
      expect(await inOrder({ prefix: 'ali' })).toEqual(['alice'])
      expect(await inOrder({ prefix: 'x' })).toEqual([])
      expect(await inOrder({ after: 'al' })).toEqual(['alan', 'alice', 'bob', '\uFB00', '\u{20000}'])
      expect(await inOrder({ after: 'alb' })).toEqual(['alice', 'bob', '\uFB00', '\u{20000}'])
      expect(await inOrder({ after: 'alan', prefix: 'al' })).toEqual(['alice'])
      expect(await inOrder({ after: 'B', prefix: 'al' })).toEqual(['al', 'alan', 'alice'])
      expect(await inOrder({ after: 'c', prefix: 'al' })).toEqual([])
      expect(await inOrder({ after: '\u{20000}' })).toEqual([])
      const [al] = await store.listByName({ prefix: 'al' })
      expect(al?.passwordHash).toBe(OTHER_HASH)
    })

    test('STORE-4 closing twice does no harm', async () => {
      const store = await open()
      await store.close()
      await store.close()
    })
  })
}
