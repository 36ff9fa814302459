import { appendFile, rename, utimes, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { Account } from '../../../src/domain/user.ts'
import { Disk } from './disk.ts'
import { account, HASH, line, names, newPlace, OTHER_HASH } from './rig.ts'

const [alice, bob, carol, dave] = [account('alice'), account('bob'), account('carol'), account('dave')]
const all = [alice, bob, carol, dave]
const lines = (...accounts: Account[]) => accounts.map(line).join('')
const MESSAGE = 'the account file was edited by another program: read again'

async function openWith(accounts: readonly Account[], disk = new Disk()) {
  const place = await newPlace()
  await writeFile(place.path, lines(...accounts), { mode: 0o600 })
  return { place, disk, store: await place.open({ open: disk.open }) }
}

describe('users.txt: edited while it is in use', () => {
  test('STORE-10 who is added, changed, renamed, disabled or removed in a new file is so at the next registration', async () => {
    const { place, store } = await openWith(all)
    const edited = [
      { ...alice, passwordHash: OTHER_HASH },
      { ...bob, disabled: true },
      { ...carol, username: 'caroline' },
      account('erin'),
    ]
    await place.replace(`# by hand\n${lines(...edited)}`)
    expect((await store.insertIfAbsent(account('frank'))).ok).toBe(true)

    const expected = [...edited, account('frank')]
    expect(Array.from(await store.list())).toEqual(expected)
    expect(await store.findByName('carol')).toBeUndefined()
    expect(await store.findById(dave.id)).toBeUndefined()
    expect(await store.count()).toBe(5)
    expect(Array.from(await store.listByName({}), ({ username }) => username)).toEqual([
      'alice',
      'bob',
      'caroline',
      'erin',
      'frank',
    ])
    expect(await place.content()).toBe(`# by hand\n${lines(...expected)}`)
    expect(place.errors()).toEqual([])
    expect(place.warnings()).toHaveLength(1)
    expect(place.warnings()[0]).toContain(MESSAGE)
    expect(place.warnings()[0]).toContain("added: { count: 1, names: [ 'erin' ] }")
    expect(place.warnings()[0]).toContain("changed: { count: 3, names: [ 'alice', 'bob', 'caroline' ] }")
    expect(place.warnings()[0]).toContain("removed: { count: 1, names: [ 'dave' ] }")
    expect(place.warnings()[0]).not.toContain('$2b$')

    await store.close()
    expect(Array.from(await (await place.open()).list())).toEqual(expected)
  })

  test('STORE-10 lines that are added at the end of the same file count, and nothing of it is written over', async () => {
    const { place, store } = await openWith([alice])
    await store.insertIfAbsent(bob)
    await appendFile(place.path, line(carol))
    expect(await store.insertIfAbsent(account('carol', 'another'))).toEqual({
      ok: false,
      error: 'username_taken',
    })
    expect((await store.insertIfAbsent(dave)).ok).toBe(true)
    expect(await place.content()).toBe(lines(...all))
    expect(place.logged.filter(({ level }) => level === 'warn')).toEqual([])
  })

  test('STORE-10 a change in the same file that leaves its length is seen', async () => {
    const { place, store } = await openWith([alice, bob])
    await writeFile(place.path, lines({ ...alice, passwordHash: OTHER_HASH }, bob))
    expect(await store.takeOverEdits()).toEqual([])
    expect((await store.findByName('alice'))?.passwordHash).toBe(OTHER_HASH)
  })

  test('STORE-30 what is decided about an account is decided about it as it was edited', async () => {
    const { place, store } = await openWith([alice, bob, carol])
    await place.replace(lines({ ...alice, passwordHash: OTHER_HASH }, { ...bob, username: 'robert' }))
    const gone = { ok: false, error: 'changed_meanwhile' }
    const outcomes = await Promise.all([
      store.replaceHash(alice.id, HASH, HASH.replaceAll('a', 'c')),
      store.setDisabled(bob.id, true),
      store.remove(carol.id),
      store.insertIfAbsent(account('robert', 'another')),
    ])
    expect(outcomes).toEqual([gone, gone, gone, { ok: false, error: 'username_taken' }])
    expect((await store.setDisabled(alice.id, true)).ok).toBe(true)
    expect(await store.findByName('alice')).toEqual({ ...alice, passwordHash: OTHER_HASH, disabled: true })
  })

  test('STORE-10 STORE-27 a name in the edited file keeps others from a name that reads like it', async () => {
    const { place, store } = await openWith([alice])
    await place.replace(lines(alice, bob))
    expect(await store.insertIfAbsent(account('BOB'))).toEqual({
      ok: false,
      error: 'username_taken_lookalike',
    })
  })

  test('STORE-10 an edit counts soon without anything to be saved, and whoever wants to know is told', async () => {
    const place = await newPlace()
    await writeFile(place.path, line(alice))
    const tasks: (() => Promise<void>)[] = []
    const every = (intervalMs: number, task: () => Promise<void>) => {
      if (intervalMs === 7) tasks.push(task)
      return () => undefined
    }
    const store = await place.open({ every, editIntervalMs: 7 })
    let told = 0
    store.whenEdited(() => (told += 1))
    const look = async () => {
      for (const task of tasks) await task()
    }
    await look()
    expect([told, await names(store)]).toEqual([0, ['alice']])
    await place.replace(lines(alice, bob))
    await look()
    await look()
    expect([told, await names(store)]).toEqual([1, ['alice', 'bob']])
  })

  test('STORE-10 a file that was only touched is read again, and nothing changes', async () => {
    const { place, store } = await openWith([alice, bob])
    await store.insertIfAbsent(carol)
    await utimes(place.path, 1, 1)
    expect(await store.takeOverEdits()).toEqual([])
    expect(Array.from(await store.list())).toEqual([alice, bob, carol])
    expect(place.warnings()).toEqual([])
  })

  test('STORE-10 STORE-19 a last line without its newline is completed', async () => {
    const { place, store } = await openWith([alice])
    await place.replace(lines(alice, bob).trimEnd())
    await store.insertIfAbsent(carol)
    expect(await place.content()).toBe(lines(alice, bob, carol))
  })

  test('STORE-10 everything else goes on while a long file is read', async () => {
    const many = Array.from({ length: 60_000 }, (_, i) => account(`user${(i * 7919) % 60_000}`))
    const { place, store } = await openWith(many)
    await store.listByName({})
    await place.replace(lines(...many.slice(1), alice))
    let turns = 0
    let counting = true
    const count = () => {
      turns += 1
      if (counting) setImmediate(count)
    }
    count()
    expect(await store.takeOverEdits()).toEqual([])
    counting = false
    // Some 300 ms of work in slices of 5 ms; what cannot be cut makes a few of them longer.
    expect(turns).toBeGreaterThan(15)
    expect(await store.count()).toBe(60_000)
    expect(place.warnings()[0]).toContain('removed: { count: 1,')
  })

  test('STORE-30 STORE-5 a registration during which the file is replaced is in the new file', async () => {
    const { place, store, disk } = await openWith([alice])
    const release = disk.holdSyncs()
    const registered = store.insertIfAbsent(bob)
    await expect.poll(() => disk.syncs).toBe(1)
    await place.replace(lines(alice, carol))
    release()
    expect((await registered).ok).toBe(true)
    expect(await place.content()).toBe(lines(alice, carol, bob))
  })

  test('STORE-30 STORE-5 a registration during which the file is added to is in it once', async () => {
    const { place, store, disk } = await openWith([alice])
    const release = disk.holdSyncs()
    const registered = store.insertIfAbsent(bob)
    await expect.poll(() => disk.syncs).toBe(1)
    await appendFile(place.path, line(carol))
    release()
    expect((await registered).ok).toBe(true)
    expect(await place.content()).toBe(lines(alice, bob, carol))
  })

  test('STORE-30 STORE-26 a removal during which the file is replaced is one from the new file', async () => {
    const { place, store, disk } = await openWith([alice, bob])
    const release = disk.holdSyncs()
    const removed = store.remove(bob.id)
    await expect.poll(() => disk.syncs).toBe(1)
    await place.replace(lines(alice, bob, carol))
    release()
    expect(await removed).toEqual({ ok: true, value: bob })
    expect(await place.content()).toBe(lines(alice, carol))
  })

  test('STORE-30 STORE-8 half a line of a full disk is not cut off from a file that was edited since', async () => {
    const { place, store, disk } = await openWith([alice])
    disk.failing.add('write').add('truncate')
    expect((await store.insertIfAbsent(bob)).ok).toBe(false)
    disk.failing.clear()
    await writeFile(place.path, lines(alice, carol))
    expect((await store.insertIfAbsent(dave)).ok).toBe(true)
    expect(await place.content()).toBe(lines(alice, carol, dave))
  })

  test('STORE-10 a file that was moved away and back is as it was', async () => {
    const { place, store } = await openWith([alice])
    await rename(place.path, `${place.path}~`)
    expect(await store.takeOverEdits()).not.toEqual([])
    await rename(`${place.path}~`, place.path)
    expect((await store.insertIfAbsent(bob)).ok).toBe(true)
    expect(await place.content()).toBe(lines(alice, bob))
  })
})
