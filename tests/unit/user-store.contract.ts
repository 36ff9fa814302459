import { describe, expect, test } from 'vitest'
import type { UserStore } from '../../src/application/ports/user-store.ts'
import type { NameRange } from '../../src/domain/name-order.ts'
import { account, HASH, names, OTHER_HASH } from './users-file.support.ts'

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
      expect(await store.findById(account('nobody').id)).toBeUndefined()
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
      const outcomes = await Promise.all([
        store.replaceHash(alice.id, HASH, OTHER_HASH),
        store.replaceHash(alice.id, HASH, HASH.replaceAll('a', 'c')),
      ])
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, false])
      expect((await store.findById(alice.id))?.passwordHash).toBe(OTHER_HASH)
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
      for (const name of ['\uFB00', 'Bob', 'alan']) await store.insertIfAbsent(account(name))
      await store.insertIfAbsent(account('alice', 'another'))
      await store.replaceHash(account('al').id, HASH, OTHER_HASH)
      expect(await inOrder({})).toEqual(['Bob', 'al', 'alan', 'alice', 'bob', '\uFB00', '\u{20000}'])
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
