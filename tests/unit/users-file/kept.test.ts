import fc from 'fast-check'
import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { UserStore } from '../../../src/application/ports/user-store.ts'
import type { Account } from '../../../src/domain/user.ts'
import { openForAppend, type OpenForAppend } from '../../../src/infrastructure/system/file-system.ts'
import { Disk } from './disk.ts'
import { account, HASH, line, names, newPlace, OTHER_HASH } from './rig.ts'

const [alice, bob, carol, dave] = [account('alice'), account('bob'), account('carol'), account('dave')]
const lines = (...accounts: Account[]) => accounts.map(line).join('')

async function openWith(accounts: readonly Account[], open: OpenForAppend = openForAppend) {
  const place = await newPlace()
  await writeFile(place.path, lines(...accounts), { mode: 0o600 })
  const store = await place.open({ open })
  const inFile = async () => {
    await store.close()
    return Array.from(await (await place.open()).list())
  }
  return { place, store, inFile }
}

describe('users.txt: an edited copy from before', () => {
  test('STORE-28 registrations that the copy lacks are added to the new file, and the log names them', async () => {
    const { place, store, inFile } = await openWith([alice])
    await store.insertIfAbsent(bob)
    await store.insertIfAbsent(carol)
    await place.replace(lines(alice, dave))
    expect(await store.takeOverEdits()).toEqual([])
    expect(await place.content()).toBe(lines(alice, dave, bob, carol))
    expect(place.warnings()).toHaveLength(1)
    expect(place.warnings()[0]).toContain("kept: { count: 2, names: [ 'bob', 'carol' ] }")
    expect(place.warnings()[0]).toContain('removed: { count: 0, names: [] }')
    expect(await inFile()).toEqual([alice, dave, bob, carol])
  })

  test('STORE-28 the same copy may be saved again and again', async () => {
    const { place, store, inFile } = await openWith([alice])
    await store.insertIfAbsent(bob)
    for (let i = 0; i < 3; i++) {
      await place.replace(line(alice))
      expect(await store.takeOverEdits()).toEqual([])
      expect(await names(store)).toEqual(['alice', 'bob'])
    }
    expect(await inFile()).toEqual([alice, bob])
  })

  test('STORE-28 passwords, marks, names and removals since are made again', async () => {
    const everybody = [alice, bob, carol, dave]
    const { place, store, inFile } = await openWith(everybody)
    await store.replaceHash(alice.id, HASH, OTHER_HASH)
    await store.setDisabled(bob.id, true)
    await store.rename(carol.id, 'caroline')
    await store.insertIfAbsent(account('carol', 'another'))
    await store.remove(dave.id)
    const expected = [
      { ...alice, passwordHash: OTHER_HASH },
      { ...bob, disabled: true },
      { ...carol, username: 'caroline' },
      account('carol', 'another'),
    ]
    await place.replace(`# old\n${lines(...everybody, account('erin'))}`)
    expect(await store.takeOverEdits()).toEqual([])
    const kept = await inFile()
    expect(kept).toHaveLength(5)
    expect(kept).toEqual(expect.arrayContaining([...expected, account('erin')]))
    expect(place.errors()).toEqual([])
  })

  test('STORE-28 who is missing in a copy that has a later registration was removed', async () => {
    const { place, store, inFile } = await openWith([alice])
    for (const one of [bob, carol, dave]) await store.insertIfAbsent(one)
    await place.replace(lines(alice, carol))
    expect(await store.takeOverEdits()).toEqual([])
    expect(await names(store)).toEqual(['alice', 'carol', 'dave'])
    expect(place.warnings()[0]).toContain("removed: { count: 1, names: [ 'bob' ] }")
    expect(place.warnings()[0]).toContain("kept: { count: 1, names: [ 'dave' ] }")
    expect(await inFile()).toEqual([alice, carol, dave])
  })

  test('STORE-28 what the administrator has changed of an account wins over what was saved since', async () => {
    const { place, store, inFile } = await openWith([alice, bob])
    await store.insertIfAbsent(carol)
    await store.setDisabled(alice.id, true)
    await store.replaceHash(bob.id, HASH, OTHER_HASH)
    const third = HASH.replaceAll('a', 'c')
    await place.replace(lines({ ...alice, passwordHash: third }, { ...carol, disabled: true }))
    expect(await store.takeOverEdits()).toEqual([])
    expect(await inFile()).toEqual([
      { ...alice, passwordHash: third },
      { ...carol, disabled: true },
    ])
  })

  test('STORE-28 a state that an account has had twice says nothing about when the copy was taken', async () => {
    const { place, store } = await openWith([alice])
    await store.insertIfAbsent(bob)
    await store.setDisabled(alice.id, true)
    await store.setDisabled(alice.id, false)
    await place.replace(line(alice))
    expect(await store.takeOverEdits()).toEqual([])
    expect(await names(store)).toEqual(['alice', 'bob'])
  })

  test('STORE-28 the last look is at the stop', async () => {
    const { place, store, inFile } = await openWith([alice])
    await store.insertIfAbsent(bob)
    await place.replace(lines(alice, carol))
    expect(await inFile()).toEqual([alice, carol, bob])
  })

  test('STORE-28 STORE-8 while what is kept cannot be written nothing is saved, and then both are', async () => {
    const disk = new Disk()
    const { place, store } = await openWith([alice], disk.open)
    await store.insertIfAbsent(bob)
    await place.replace(lines(alice, carol))
    disk.failing.add('write')
    const full = { ok: false, error: 'storage_unavailable' }
    expect(await store.insertIfAbsent(dave)).toEqual(full)
    expect(await store.insertIfAbsent(dave)).toEqual(full)
    expect(await names(store)).toEqual(['alice', 'carol', 'bob'])
    expect(await place.content()).toBe(lines(alice, carol))
    expect(place.errors()).toHaveLength(1)
    disk.failing.clear()
    expect((await store.insertIfAbsent(dave)).ok).toBe(true)
    expect(await place.content()).toBe(lines(alice, carol, bob, dave))
  })

  test('STORE-28 very many that are kept are written with all others to a new file', async () => {
    const { place, store, inFile } = await openWith([alice])
    const many = Array.from({ length: 2_500 }, (_, i) => account(`user${i}`))
    await Promise.all(many.map((one) => store.insertIfAbsent(one)))
    await place.replace(`# edited\n${lines(alice, bob)}`)
    expect(await store.takeOverEdits()).toEqual([])
    expect(await place.content()).toBe(`# edited\n${lines(alice, bob, ...many)}`)
    expect(await inFile()).toEqual([alice, bob, ...many])
  })

  test('STORE-28 a name that the file gives to another id than the daemon has done must be decided by people', async () => {
    const { place, store, inFile } = await openWith([alice])
    await store.insertIfAbsent(bob)
    await place.replace(lines(alice, account('bob', 'by-hand')))
    const faults = await store.takeOverEdits()
    expect(faults[0]).toContain('"bob" has the id by-hand, but was given to the id id-bob')
    expect(await names(store)).toEqual(['alice', 'bob'])
    await place.replace(lines(alice, account('robert', 'by-hand')))
    expect(await store.takeOverEdits()).toEqual([])
    expect(await inFile()).toEqual([alice, account('robert', 'by-hand'), bob])
  })
})

describe('users.txt: any copy from before', () => {
  /** No disk need be waited for. */
  const unsynced: OpenForAppend = async (path, how) =>
    Object.assign(await openForAppend(path, how), { sync: () => Promise.resolve() })
  const name = fc.constantFrom('ann', 'ben', 'cid', 'dan', 'eve')
  const steps = fc.array(
    fc.record({ what: fc.constantFrom('register', 'hash', 'disable', 'enable', 'remove'), name }),
    { maxLength: 12 },
  )
  const edits = fc.array(fc.record({ what: fc.constantFrom('add', 'hash', 'remove'), name }), {
    maxLength: 4,
  })
  const base = [account('ann'), account('ben')]
  const hash = (n: number, letter: string) => `$2b$10$${String(n).padStart(53, letter)}`
  const byId = (accounts: Iterable<Account>) => new Map(Array.from(accounts, (one) => [one.id, line(one)]))

  async function carryOut(store: UserStore, list: readonly { what: string; name: string }[]) {
    const versions = [Array.from(await store.list())]
    for (const [n, { what, name: username }] of list.entries()) {
      const found = await store.findByName(username)
      if (what === 'register') await store.insertIfAbsent(account(username, `daemon-${n}`))
      else if (found === undefined) continue
      else if (what === 'remove') await store.remove(found.id)
      else if (what === 'hash') await store.replaceHash(found.id, found.passwordHash, hash(n, 'd'))
      else await store.setDisabled(found.id, what === 'disable')
      versions.push(Array.from(await store.list()))
    }
    return versions
  }

  function edited(copy: readonly Account[], list: readonly { what: string; name: string }[]) {
    const accounts = new Map(copy.map((one) => [one.username, one]))
    const touched = new Set<string>()
    for (const [n, { what, name: username }] of list.entries()) {
      const found = accounts.get(username)
      if (what === 'add' && found === undefined) accounts.set(username, account(username, `hand-${n}`))
      if (what === 'hash' && found !== undefined)
        accounts.set(username, { ...found, passwordHash: hash(n, 'h') })
      if (what === 'remove') accounts.delete(username)
      if (found !== undefined && what !== 'add') touched.add(found.id)
    }
    return { accounts: [...accounts.values()], touched }
  }

  test('STORE-28 no change since is lost, and every edit counts', async () => {
    let merged = 0
    await fc.assert(
      fc.asyncProperty(steps, edits, fc.nat(), async (stepList, editList, at) => {
        const { place, store, inFile } = await openWith(base, unsynced)
        const versions = await carryOut(store, stepList)
        const before = byId(versions.at(-1) ?? [])
        const copy = versions[at % versions.length] ?? []
        const { accounts, touched } = edited(copy, editList)
        if (accounts.length === 0) return
        await place.replace(lines(...accounts))
        const faults = await store.takeOverEdits()
        const after = byId(await store.list())
        if (faults.length > 0) {
          // Both have given one name to somebody.
          expect(faults.join()).toContain('was given to the id')
          expect(after).toEqual(before)
          return
        }
        merged += 1
        for (const [id, one] of before) if (!touched.has(id)) expect(after.get(id)).toEqual(one)
        for (const { id } of copy) if (!touched.has(id) && !before.has(id)) expect(after.has(id)).toBe(false)
        for (const one of accounts)
          if (touched.has(one.id) || one.id.startsWith('hand-')) expect(after.get(one.id)).toBe(line(one))
        const left = byId(accounts)
        for (const { id } of base) if (touched.has(id) && !left.has(id)) expect(after.has(id)).toBe(false)
        expect(byId(await inFile())).toEqual(after)
      }),
      { numRuns: 150 },
    )
    expect(merged).toBeGreaterThan(50)
  })
})
