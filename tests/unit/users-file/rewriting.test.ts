import { readdir, stat, writeFile } from 'node:fs/promises'
import { describe, expect, test, vi } from 'vitest'
import { Disk } from './disk.ts'
import { account, HASH, line, names, newPlace, OTHER_HASH } from './rig.ts'

const superseding = (times: number) => line(account('alice')).repeat(times + 1)

describe('users.txt: when it is rewritten', () => {
  const start = `# first\n${superseding(999)}# second\n${line(account('bob'))}`

  async function openWithTrigger(disk = new Disk()) {
    const place = await newPlace()
    await writeFile(place.path, start, { mode: 0o600 })
    let compact = () => Promise.resolve()
    const every = (_ms: number, task: () => Promise<void>) => {
      compact = task
      return () => undefined
    }
    const store = await place.open({ every, open: disk.open })
    return { place, store, disk, compact: () => compact() }
  }

  const replaceTwice = async (
    store: Awaited<ReturnType<typeof openWithTrigger>>['store'],
    name = 'alice',
  ) => {
    await store.replaceHash(account(name).id, HASH, OTHER_HASH)
    await store.replaceHash(account(name).id, OTHER_HASH, HASH)
  }

  test('STORE-13 a file is not rewritten while live lines outnumber the superseded ones, nor twice', async () => {
    const { place, store, disk, compact } = await openWithTrigger()
    await Promise.all(Array.from({ length: 1_500 }, (_, i) => store.insertIfAbsent(account(`user${i}`))))
    await replaceTwice(store)
    const before = await place.content()
    await compact()
    expect(await place.content()).toBe(before)

    const { ino } = await stat(place.path)
    // At once, so that they share their writes: one after another would be 502 waits for the disk.
    await Promise.all(Array.from({ length: 251 }, (_, i) => replaceTwice(store, `user${i}`)))
    await compact()
    expect((await place.content()).split('\n')).toHaveLength(1_505)
    expect((await stat(place.path)).ino).not.toBe(ino)
    const writes = disk.writes.length
    await compact()
    expect(disk.writes).toHaveLength(writes)
  })

  test('STORE-10 STORE-14 a file that another program has replaced is read again and not rewritten', async () => {
    const { place, store, compact } = await openWithTrigger()
    await replaceTwice(store)
    await place.replace(line(account('edited')))
    await compact()
    expect(await place.content()).toBe(line(account('edited')))
    expect(await names(store)).toEqual(['edited'])
  })

  test('STORE-30 STORE-14 an edit while the file is being rewritten stays, and is what counts', async () => {
    const { place, store, disk, compact } = await openWithTrigger()
    await replaceTwice(store)
    const { syncs } = disk
    const release = disk.holdSyncs()
    const compacted = compact()
    await expect.poll(() => disk.syncs).toBe(syncs + 1)
    await place.replace(line(account('edited')))
    release()
    await compacted
    expect(await place.content()).toBe(line(account('edited')))
    expect(await names(store)).toEqual(['edited'])
    expect((await readdir(place.dir)).filter((name) => name.endsWith('.new'))).toEqual([])
    expect(place.errors()).toEqual([])
  })

  test('STORE-13 with an interval of 0 a file is looked at when it is opened, and not again', async () => {
    const place = await newPlace()
    const every = vi.fn(() => () => undefined)
    await place.open({ compactionIntervalMs: 0, every })
    expect(every).not.toHaveBeenCalled()
  })

  test('STORE-13 a long file is rewritten whole', async () => {
    const place = await newPlace()
    const many = Array.from({ length: 4_000 }, (_, i) => line(account(`user${i}`))).join('')
    await writeFile(place.path, many + superseding(4_002), { mode: 0o600 })
    await place.open()
    expect(await place.content()).toBe(many + line(account('alice')))
  })
})
