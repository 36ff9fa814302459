import { mkdir, readdir, readFile, stat, symlink, lstat, writeFile, chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Disk } from './disk.ts'
import { account, HASH, line, names, newPlace, OTHER_HASH } from './rig.ts'

const full = { ok: false, error: 'storage_unavailable' }

describe('users.txt: registering', () => {
  test('STORE-5 accounts and replaced hashes are there again after a restart', async () => {
    const place = await newPlace()
    const store = await place.open()
    const alice = account('alice')
    await store.insertIfAbsent(alice)
    await store.insertIfAbsent(account('bob'))
    await store.replaceHash(alice.id, HASH, OTHER_HASH)
    await store.close()
    const again = await place.open()
    expect(Array.from(await again.list())).toEqual([{ ...alice, passwordHash: OTHER_HASH }, account('bob')])
  })

  test('STORE-5 a registration is answered, and seen by others, only once it is synced to the disk', async () => {
    const place = await newPlace()
    const disk = new Disk()
    const store = await place.open({ open: disk.open })
    const release = disk.holdSyncs()
    let answered = false
    const outcome = store.insertIfAbsent(account('alice')).then((result) => {
      answered = true
      return result
    })
    await expect.poll(() => disk.syncs).toBe(1)
    expect(await place.content()).toBe(line(account('alice')))
    expect(answered).toBe(false)
    expect(await store.findByName('alice')).toBeUndefined()
    release()
    expect((await outcome).ok).toBe(true)
    expect(await store.findByName('alice')).toEqual(account('alice'))
  })

  test('STORE-6 registrations that come while the disk is busy share the next write and sync', async () => {
    const place = await newPlace()
    const disk = new Disk()
    const store = await place.open({ open: disk.open })
    const release = disk.holdSyncs()
    const first = store.insertIfAbsent(account('first'))
    await expect.poll(() => disk.syncs).toBe(1)
    const others = Array.from({ length: 200 }, (_, i) => store.insertIfAbsent(account(`user${i}`)))
    release()
    const outcomes = await Promise.all([first, ...others])
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
    expect(disk.syncs).toBe(2)
    expect(disk.writes).toHaveLength(2)
    expect(await names(store)).toHaveLength(201)
  })

  test('STORE-6 a registration writes its own line only, however many accounts there are', async () => {
    const place = await newPlace()
    await writeFile(place.path, Array.from({ length: 5_000 }, (_, i) => line(account(`user${i}`))).join(''))
    const disk = new Disk()
    const store = await place.open({ open: disk.open })
    await store.insertIfAbsent(account('alice'))
    expect(disk.writes).toEqual([line(account('alice'))])
  })

  test('STORE-6 closing waits for what was accepted, and accepts nothing more', async () => {
    const place = await newPlace()
    const store = await place.open()
    const accepted = Array.from({ length: 20 }, (_, i) => store.insertIfAbsent(account(`user${i}`)))
    const closed = store.close()
    await Promise.all(accepted)
    await closed
    expect(await store.insertIfAbsent(account('late'))).toEqual(full)
    expect((await place.content()).split('\n')).toHaveLength(1 + (await names(store)).length)
  })

  test.each(['a|b', 'a\nb', 'a\rb', '', 'a"b'])(
    'STORE-7 a username that would forge a line is never written: %j',
    async (name) => {
      const place = await newPlace()
      const store = await place.open()
      await expect(store.insertIfAbsent(account(name, 'x'))).rejects.toThrow('cannot be written')
      await expect(store.insertIfAbsent(account('carol', '#x'))).rejects.toThrow('comment')
      await store.insertIfAbsent(account('alice'))
      expect(await place.content()).toBe(line(account('alice')))
    },
  )
})

describe('users.txt: a failing disk', () => {
  test.each(['write', 'sync'] as const)(
    'STORE-8 when the %s fails the registration is refused, leaves nothing, and works again later',
    async (failure) => {
      const place = await newPlace()
      const disk = new Disk()
      const store = await place.open({ open: disk.open })
      await store.insertIfAbsent(account('alice'))
      disk.failing.add(failure)
      expect(await store.insertIfAbsent(account('bob'))).toEqual(full)
      expect(await store.replaceHash(account('alice').id, HASH, OTHER_HASH)).toEqual(full)
      expect(await store.findByName('bob')).toBeUndefined()
      expect((await store.findByName('alice'))?.passwordHash).toBe(HASH)
      expect(await place.content()).toBe(line(account('alice')))
      expect(place.errors()[0]).toContain('ENOSPC')
      expect(place.errors().join()).not.toContain(HASH)

      disk.failing.clear()
      expect((await store.insertIfAbsent(account('bob'))).ok).toBe(true)
      expect(await place.content()).toBe(line(account('alice')) + line(account('bob')))
    },
  )

  test('STORE-8 half a line that could not be cut off at once is cut off before the next registration', async () => {
    const place = await newPlace()
    const disk = new Disk()
    const store = await place.open({ open: disk.open })
    disk.failing.add('write').add('truncate')
    expect(await store.insertIfAbsent(account('alice'))).toEqual(full)
    expect(await place.content()).not.toBe('')
    disk.failing.delete('write')
    expect(await store.insertIfAbsent(account('bob'))).toEqual(full)
    disk.failing.clear()
    expect((await store.insertIfAbsent(account('bob'))).ok).toBe(true)
    expect(await place.content()).toBe(line(account('bob')))
  })

  test('STORE-9 who waits for a name whose registration fails gets a try of its own', async () => {
    const place = await newPlace()
    const disk = new Disk()
    const store = await place.open({ open: disk.open })
    const release = disk.holdSyncs()
    disk.failing.add('sync')
    const first = store.insertIfAbsent(account('alice', 'first'))
    await expect.poll(() => disk.syncs).toBe(1)
    const second = store.insertIfAbsent(account('alice', 'second'))
    const third = store.insertIfAbsent(account('alice', 'third'))
    const mended = first.then(() => {
      disk.failing.clear()
    })
    release()
    expect(await first).toEqual(full)
    await mended
    expect((await second).ok).toBe(true)
    expect(await third).toEqual({ ok: false, error: 'username_taken' })
  })
})

describe('users.txt: where it is and who may read it', () => {
  test('STORE-11 a missing directory and file are made for the daemon alone', async () => {
    const place = await newPlace()
    const path = join(place.dir, 'a', 'b', 'users.txt')
    await place.open({ path })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(join(place.dir, 'a', 'b'))).mode & 0o777).toBe(0o700)
    expect((await stat(join(place.dir, 'a'))).mode & 0o777).toBe(0o700)
  })

  test('STORE-11 a file that others can read is taken from them, with a warning if it holds accounts', async () => {
    for (const [content, warnings] of [
      [line(account('alice')), 1],
      ['# empty\n', 0],
    ] as const) {
      const place = await newPlace()
      await writeFile(place.path, content)
      await chmod(place.path, 0o644)
      await place.open()
      expect((await stat(place.path)).mode & 0o777).toBe(0o600)
      expect(place.warnings()).toHaveLength(warnings)
    }
  })

  test('STORE-12 a symbolic link stays one; the file behind it is used and rewritten', async () => {
    const place = await newPlace()
    const real = join(place.dir, 'volume', 'accounts')
    await mkdir(join(place.dir, 'volume'))
    await writeFile(real, superseding(1_500))
    await symlink(real, place.path)
    const store = await place.open()
    await store.insertIfAbsent(account('bob'))
    expect((await lstat(place.path)).isSymbolicLink()).toBe(true)
    expect((await readFile(real, 'utf8')).split('\n')).toHaveLength(3)
    expect((await readdir(join(place.dir, 'volume'))).some((name) => name.startsWith('accounts.lock.'))).toBe(
      true,
    )
  })

  test('STORE-12 something other than a file is refused', async () => {
    const place = await newPlace()
    await mkdir(place.path)
    expect((await place.faults())[0]).toContain('is not a file')
  })
})

function superseding(times: number): string {
  return line(account('alice')).repeat(times + 1)
}

describe('users.txt: rewriting', () => {
  const start = `# first\n${superseding(999)}# second\n${line(account('bob'))}`

  async function openWithTrigger(disk = new Disk()) {
    const place = await newPlace()
    await writeFile(place.path, start, { mode: 0o600 })
    let compact = () => Promise.resolve()
    let stopped = false
    const every = (_ms: number, task: () => Promise<void>) => {
      compact = task
      return () => {
        stopped = true
      }
    }
    const store = await place.open({ every, open: disk.open })
    return { place, store, disk, compact: () => compact(), isStopped: () => stopped }
  }

  const replaceTwice = async (store: Awaited<ReturnType<typeof openWithTrigger>>['store']) => {
    await store.replaceHash(account('alice').id, HASH, OTHER_HASH)
    await store.replaceHash(account('alice').id, OTHER_HASH, HASH)
  }
  const rewritten = `# first\n# second\n${line(account('alice'))}${line(account('bob'))}`

  test('STORE-13 superseded lines are dropped once they are many, comments stay, the new file is used', async () => {
    const { place, store, compact } = await openWithTrigger()
    await compact()
    expect(await place.content()).toBe(start)
    await replaceTwice(store)
    await compact()
    expect(await place.content()).toBe(rewritten)
    expect((await stat(place.path)).mode & 0o777).toBe(0o600)
    await store.insertIfAbsent(account('carol'))
    expect(await place.content()).toBe(rewritten + line(account('carol')))
  })

  test('STORE-13 registrations during a rewrite are all in the file afterwards', async () => {
    const { place, store, disk, compact } = await openWithTrigger()
    await replaceTwice(store)
    const syncs = disk.syncs
    const release = disk.holdSyncs()
    const before = store.insertIfAbsent(account('before'))
    const compacted = compact()
    await expect.poll(() => disk.syncs).toBe(syncs + 1)
    const during = Array.from({ length: 50 }, (_, i) => store.insertIfAbsent(account(`user${i}`)))
    release()
    await Promise.all([before, compacted, ...during])
    expect((await place.content()).startsWith(`${rewritten}${line(account('before'))}`)).toBe(true)
    const listed = await names(store)
    await store.close()
    expect(await names(await place.open())).toEqual(listed)
    expect(listed).toHaveLength(53)
  })

  test('STORE-14 a rewrite that fails leaves the old file in use and nothing beside it', async () => {
    const { place, store, disk, compact } = await openWithTrigger()
    await replaceTwice(store)
    const before = await place.content()
    disk.failing.add('sync')
    await compact()
    disk.failing.clear()
    expect(place.errors()[0]).toContain('stays in use')
    await expect(place.content('users.txt.new')).rejects.toThrow('ENOENT')
    await store.insertIfAbsent(account('carol'))
    expect(await place.content()).toBe(before + line(account('carol')))
    await compact()
    expect(await place.content()).toBe(rewritten + line(account('carol')))
  })

  test('STORE-14 what a crash left of a rewrite is in nobody’s way, and closing ends the timer', async () => {
    const { place, store, compact, isStopped } = await openWithTrigger()
    await writeFile(join(place.dir, 'users.txt.new'), 'half')
    await replaceTwice(store)
    await compact()
    expect(await place.content()).toBe(rewritten)
    await store.close()
    expect(isStopped()).toBe(true)
  })
})
