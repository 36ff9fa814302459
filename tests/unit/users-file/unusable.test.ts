import { appendFile, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { Account } from '../../../src/domain/user.ts'
import { Disk } from './disk.ts'
import { account, HASH, line, names, newPlace } from './rig.ts'

const [alice, bob, carol] = [account('alice'), account('bob'), account('carol')]
const lines = (...accounts: Account[]) => accounts.map(line).join('')
const full = { ok: false, error: 'storage_unavailable' }

/** alice from the file, and bob, who has registered since. */
async function openWithBoth(disk = new Disk()) {
  const place = await newPlace()
  await writeFile(place.path, line(alice), { mode: 0o600 })
  const store = await place.open({ open: disk.open })
  await store.insertIfAbsent(bob)
  return { place, store, disk }
}

describe('users.txt: edited into something that cannot be used', () => {
  test.each([
    ['a faulty line', `${line(alice)}bob|${HASH}\n`, /users\.txt, line 2: it has 2 fields/],
    ['a last line that is not whole', line(alice) + line(carol).slice(0, 40), /its last line is not whole/],
    ['no account', '# nobody\n', /has no account in it/],
    ['nothing', '', /has no account in it/],
  ])(
    'STORE-29 with %s in it the accounts stay, nothing is saved, and the log says why once',
    async (_what, content, cause) => {
      const { place, store } = await openWithBoth()
      await place.replace(content)
      for (let i = 0; i < 3; i++) {
        expect(await store.insertIfAbsent(carol)).toEqual(full)
        expect((await store.takeOverEdits())[0]).toMatch(cause)
      }
      expect(await store.remove(alice.id)).toEqual(full)
      expect(await names(store)).toEqual(['alice', 'bob'])
      expect((await store.findByName('bob'))?.passwordHash).toBe(HASH)
      expect(await place.content()).toBe(content)
      expect(place.errors()).toHaveLength(1)
      expect(place.errors()[0]).toMatch(cause)
      expect(place.errors()[0]).toContain('users.txt.kept in its place')
      expect(place.errors()[0]).not.toContain('$2b$')
      expect(await place.content('users.txt.kept')).toBe(lines(alice, bob))

      await place.replace(lines(alice, account('dave')))
      expect((await store.insertIfAbsent(carol)).ok).toBe(true)
      expect(await place.content()).toBe(lines(alice, account('dave'), bob, carol))
      expect((await readdir(place.dir)).filter((name) => name.endsWith('.kept'))).toEqual([])
      expect(place.errors()).toHaveLength(1)
    },
  )

  test('STORE-29 STORE-31 a file that is gone is not made anew by the daemon; what it has is beside it, and may be put there', async () => {
    const { place, store } = await openWithBoth()
    await rm(place.path)
    expect(await store.insertIfAbsent(carol)).toEqual(full)
    expect(place.errors()[0]).toContain('users.txt is not there')
    expect(await readdir(place.dir)).not.toContain('users.txt')
    await rename(`${place.path}.kept`, place.path)
    expect((await store.insertIfAbsent(carol)).ok).toBe(true)
    expect(await place.content()).toBe(lines(alice, bob, carol))
  })

  test('STORE-31 a start without the file, but with what was kept of it, is refused with the cure', async () => {
    const { place, store } = await openWithBoth()
    await rm(place.path)
    await store.close()
    expect(await place.faults()).toEqual([
      `${place.path} is not there, but ${place.path}.kept is, with the accounts that were in it: rename it`,
    ])
    await rename(`${place.path}.kept`, place.path)
    expect(await names(await place.open())).toEqual(['alice', 'bob'])
  })

  test('STORE-31 what cannot be kept beside the file for want of space is said', async () => {
    const { place, store, disk } = await openWithBoth()
    await place.replace('')
    disk.failing.add('write')
    expect((await store.takeOverEdits()).at(-1)).toContain('could not be written')
    expect((await readdir(place.dir)).filter((name) => name.startsWith('users.txt.kept'))).toEqual([])
    expect(await names(store)).toEqual(['alice', 'bob'])
  })

  test('STORE-29 something other than a file is not opened', async () => {
    const { place, store } = await openWithBoth()
    await rename(place.path, `${place.path}~`)
    await mkdir(place.path)
    expect(await store.insertIfAbsent(carol)).toEqual(full)
    expect(place.errors()[0]).toContain('it is not a file')
    await rename(place.path, `${place.path}.folder`)
    await rename(`${place.path}~`, place.path)
    expect((await store.insertIfAbsent(carol)).ok).toBe(true)
  })

  test('STORE-29 STORE-12 a file in the place of the link is not taken for the accounts, and nothing is saved behind it', async () => {
    const place = await newPlace()
    await writeFile(`${place.path}.real`, line(alice), { mode: 0o600 })
    await symlink(`${place.path}.real`, place.path)
    const store = await place.open()
    await store.insertIfAbsent(bob)
    await place.replace(lines(alice, carol))
    expect(await store.insertIfAbsent(account('dave'))).toEqual(full)
    expect(place.errors()[0]).toContain('does not lead to')
    expect(await names(store)).toEqual(['alice', 'bob'])
    await rename(place.path, `${place.path}.real`)
    await symlink(`${place.path}.real`, place.path)
    expect((await store.insertIfAbsent(account('dave'))).ok).toBe(true)
    expect(await place.content()).toBe(lines(alice, carol, bob, account('dave')))
  })

  test('STORE-29 a file to which somebody still writes is waited for', async () => {
    const place = await newPlace()
    await writeFile(place.path, line(alice))
    const parts = [line(alice), line(bob).slice(0, 20), line(bob).slice(20)]
    const pause = async () => {
      const part = parts.shift()
      if (part !== undefined) await appendFile(place.path, part)
    }
    const store = await place.open({ pause })
    await writeFile(place.path, '')
    expect((await store.insertIfAbsent(carol)).ok).toBe(true)
    expect(await place.content()).toBe(lines(alice, bob, carol))
    expect(place.errors()).toEqual([])
  })

  test('STORE-29 a file to which somebody goes on writing is not waited for without end', async () => {
    const place = await newPlace()
    await writeFile(place.path, line(alice))
    let goesOn = true
    const pause = async () => {
      if (goesOn) await appendFile(place.path, '# more\n')
    }
    const store = await place.open({ pause })
    await appendFile(place.path, '# begin\n')
    expect(await store.insertIfAbsent(carol)).toEqual(full)
    expect(place.errors()[0]).toContain('is still being written')
    goesOn = false
    expect((await store.insertIfAbsent(carol)).ok).toBe(true)
  })
})
