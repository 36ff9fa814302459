import { writeFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import type { Pause } from '../../../src/application/ports/system/pause.ts'
import { Disk } from './disk.ts'
import { account, line, names, newPlace } from './rig.ts'

test('STORE-25 STORE-26 what was read at the start is renamed and removed like what came since, and is so afterwards', async () => {
  const place = await newPlace()
  await writeFile(place.path, ['alice', 'bob', 'carol'].map((name) => line(account(name))).join(''))
  const store = await place.open()
  const [alice, bob] = [account('alice'), account('bob')]
  await store.setDisabled(account('carol').id, true)
  await store.rename(alice.id, 'zoe')
  await store.remove(bob.id)
  const listed = async (from: typeof store) =>
    [...(await from.listByName({}))].map(({ username }) => username)
  expect([await listed(store), await names(store), await store.count()]).toEqual([
    ['carol', 'zoe'],
    ['carol', 'zoe'],
    2,
  ])
  await store.insertIfAbsent(account('bob', 'another'))
  await store.close()
  const again = await place.open()
  expect(await listed(again)).toEqual(['bob', 'carol', 'zoe'])
  expect((await again.findByName('zoe'))?.id).toBe(alice.id)
  expect((await again.findByName('carol'))?.disabled).toBe(true)
})

test('STORE-27 AUTH-13 accounts that were read are compared too, and those that read alike already stay', async () => {
  const place = await newPlace()
  const cyrillic = '\u0430lice'
  await writeFile(
    place.path,
    [account('alice'), account('Alice'), account('bob')].map((one) => line(one)).join(''),
  )
  const store = await place.open()
  expect(await names(store)).toEqual(['alice', 'Alice', 'bob'])
  const refused = { ok: false, error: 'username_taken_lookalike' }
  expect(await store.insertIfAbsent(account(cyrillic))).toEqual(refused)
  expect(await store.insertIfAbsent(account('BOB'))).toEqual(refused)
  await store.remove(account('alice').id)
  expect(await store.insertIfAbsent(account(cyrillic))).toEqual(refused)
  await store.remove(account('Alice').id)
  expect((await store.insertIfAbsent(account(cyrillic))).ok).toBe(true)
})

test('STORE-27 where lookalikes are allowed only the same name is refused', async () => {
  const place = await newPlace()
  const store = await place.open({ lookalikes: 'allow' })
  await store.insertIfAbsent(account('alice'))
  expect((await store.insertIfAbsent(account('Alice'))).ok).toBe(true)
  expect(await store.insertIfAbsent(account('alice', 'x'))).toEqual({ ok: false, error: 'username_taken' })
})

test('STORE-26 of accounts that are removed at once all are gone by two writings of the file, and what is registered meanwhile is there', async () => {
  const disk = new Disk()
  const place = await newPlace()
  const everybody = Array.from({ length: 50 }, (_, i) => account(`user${i}`))
  await writeFile(place.path, everybody.map((one) => line(one)).join(''))
  const store = await place.open({ open: disk.open })
  disk.writes = []
  const goOn = disk.holdSyncs()
  const removals = everybody.slice(0, 40).map(({ id }) => store.remove(id))
  const registered = store.insertIfAbsent(account('late'))
  goOn()
  for (const removed of await Promise.all(removals)) expect(removed.ok).toBe(true)
  expect((await registered).ok).toBe(true)
  expect(disk.writes.length).toBeLessThanOrEqual(3)
  const left = [...everybody.slice(40), account('late')]
  expect(await place.content()).toBe(left.map((one) => line(one)).join(''))
  expect(await names(store)).toEqual(left.map(({ username }) => username))
})

test('STORE-26 AUTH-9 if the file cannot be written anew, none of those that share the writing is removed', async () => {
  const disk = new Disk()
  const place = await newPlace()
  const everybody = [account('alice'), account('bob')]
  const content = everybody.map((one) => line(one)).join('')
  await writeFile(place.path, content)
  const store = await place.open({ open: disk.open })
  disk.failing.add('sync')
  const outcomes = await Promise.all(everybody.map(({ id }) => store.remove(id)))
  expect(outcomes).toEqual(Array(2).fill({ ok: false, error: 'storage_unavailable' }))
  expect([await place.content(), await names(store)]).toEqual([content, ['alice', 'bob']])
  disk.failing.clear()
  expect((await store.remove(account('alice').id)).ok).toBe(true)
  expect(await place.content()).toBe(line(account('bob')))
})

test('STORE-32 a new file waits until the one before is long over, registrations do not, and the end of the store waits for nothing', async () => {
  const waits: { ms: number; goOn: () => void }[] = []
  const pause: Pause = (ms, unless) =>
    new Promise((resolve) => {
      const goOn = () => {
        resolve()
      }
      waits.push({ ms, goOn })
      unless.addEventListener('abort', goOn)
      if (ms <= 0) goOn()
    })
  const place = await newPlace()
  await writeFile(place.path, ['alice', 'bob', 'carol', 'dave'].map((name) => line(account(name))).join(''))
  const store = await place.open({ pause })
  expect((await store.remove(account('alice').id)).ok).toBe(true)

  const removed = store.remove(account('bob').id)
  expect((await store.insertIfAbsent(account('late'))).ok).toBe(true)
  expect(await names(store)).toEqual(['bob', 'carol', 'dave', 'late'])
  expect(waits.map(({ ms }) => ms > 0)).toEqual([false, true])
  waits.at(-1)?.goOn()
  expect((await removed).ok).toBe(true)

  const last = store.remove(account('carol').id)
  await vi.waitUntil(() => waits.length === 3)
  await store.close()
  expect((await last).ok).toBe(true)
  expect(await place.content()).toBe(['dave', 'late'].map((name) => line(account(name))).join(''))
})
