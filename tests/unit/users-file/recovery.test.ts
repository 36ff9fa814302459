import fc from 'fast-check'
import { chmod, readdir, stat, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { checkUsername } from '../../../src/domain/username.ts'
import type { Account } from '../../../src/domain/user.ts'
import { openForAppend, type OpenForAppend } from '../../../src/infrastructure/system/file-system.ts'
import { Disk } from './disk.ts'
import { account, HASH, line, names, newPlace, OTHER_HASH } from './rig.ts'

const alice = account('alice')
const bob = account('bob')

describe('users.txt: reading', () => {
  test('STORE-15 byte order mark, CRLF, comments, blank lines and the original digest are read', async () => {
    const place = await newPlace()
    const digest = { ...account('an old name'), passwordHash: '00ff00ff00ff00ff' }
    const crlf = line(bob).replace('\n', '\r\n')
    await writeFile(place.path, `\uFEFF${line(alice)}\r\n\n  \n# a note\n${crlf}${line(digest)}`)
    const store = await place.open()
    expect(Array.from(await store.list())).toEqual([alice, bob, digest])
  })

  test.each(['$2a$', '$2b$', '$2y$'])('STORE-15 bcrypt hashes starting %s are read', async (prefix) => {
    const place = await newPlace()
    const taken = { ...alice, passwordHash: HASH.replace('$2b$', prefix) }
    await writeFile(place.path, line(taken))
    expect(await (await place.open()).findByName('alice')).toEqual(taken)
  })

  test('STORE-15 a later line of the same account is the one that counts', async () => {
    const place = await newPlace()
    await writeFile(place.path, line(alice) + line(bob) + line({ ...alice, passwordHash: OTHER_HASH }))
    const store = await place.open()
    expect(Array.from(await store.list())).toEqual([{ ...alice, passwordHash: OTHER_HASH }, bob])
  })

  test('STORE-16 every unreadable line is told with its number and cause, never with its hash', async () => {
    const place = await newPlace()
    const bad = [
      `x|${HASH}`,
      `a b|carol|${HASH}|1`,
      `c||${HASH}|1`,
      `d|da"ve|${HASH}|1`,
      `e|eve|secret-hash|1`,
      `f|fay|${HASH}|yesterday`,
    ]
    const latin1 = Buffer.from(`g|Zo\xeb|${HASH}|1\n`, 'latin1')
    await writeFile(place.path, Buffer.concat([Buffer.from(`${line(alice)}${bad.join('\n')}\n`), latin1]))
    const faults = await place.faults()
    const causes = ['2 fields', 'id', 'username', 'username', 'password hash', 'created_at', 'UTF-8']
    expect(faults).toHaveLength(causes.length)
    causes.forEach((cause, i) => {
      expect(faults[i]).toMatch(new RegExp(`users\\.txt, line ${i + 2}: .*${cause}`))
    })
    expect(faults.join()).not.toContain(HASH)
    expect(faults.join()).not.toContain('secret')
  })

  test('STORE-16 of many unreadable lines twenty are told and the rest counted', async () => {
    const place = await newPlace()
    await writeFile(place.path, 'nonsense\n'.repeat(25))
    const faults = await place.faults()
    expect(faults).toHaveLength(21)
    expect(faults.at(-1)).toContain('and 5 more')
  })

  test('STORE-16 a start that is refused changes nothing on the disk, not even a torn end', async () => {
    const place = await newPlace()
    const content = `${line(alice)}nonsense\n${line(bob).slice(0, 30)}`
    await writeFile(place.path, content)
    await chmod(place.path, 0o644)
    expect(await place.faults()).toHaveLength(1)
    expect(await place.content()).toBe(content)
    expect((await stat(place.path)).mode & 0o777).toBe(0o644)
    expect(await readdir(place.dir)).toEqual(['users.txt'])
  })

  test('STORE-16 lines that end in carriage returns alone are told, and not taken for one torn line', async () => {
    const place = await newPlace()
    await writeFile(place.path, (line(alice) + line(bob)).replaceAll('\n', '\r'))
    expect(await place.faults()).toEqual([
      `${place.path}, line 1: it has a carriage return inside: lines end in a newline`,
    ])
  })

  test('STORE-17 one id with two usernames, or one username with two ids, is told with both lines', async () => {
    const place = await newPlace()
    await writeFile(
      place.path,
      `# x\n${line(alice)}${line(bob)}${line(account('carol', alice.id))}${line(account('bob', 'z'))}`,
    )
    const faults = await place.faults()
    expect(faults).toHaveLength(2)
    expect(faults[0]).toMatch(/line 4: it has the id of line 2 but another username/)
    expect(faults[1]).toMatch(/line 5: it has the username of line 3 but another id/)
  })

  test('STORE-17 the two lines may lie at any distance', async () => {
    const place = await newPlace()
    const many = Array.from({ length: 3_000 }, (_, i) => line(account(`user${i}`))).join('')
    await writeFile(place.path, many + line(account('user2345', 'z')))
    expect((await place.faults())[0]).toMatch(/line 3001: it has the username of line 2346/)
  })
})

describe('users.txt: after a crash', () => {
  test.each([
    ['half a line', Buffer.from(line(bob).slice(0, 50))],
    ['zero bytes', Buffer.alloc(700)],
    ['half a character', Buffer.from('id|Zoë').subarray(0, -1)],
    ['a number that may be cut', Buffer.from(line(bob).slice(0, -2))],
  ])('STORE-18 %s at the end is cut off, saved in users.txt.torn, and warned of', async (_what, torn) => {
    const place = await newPlace()
    await writeFile(place.path, Buffer.concat([Buffer.from(line(alice)), torn]), { mode: 0o600 })
    const store = await place.open()
    expect(await names(store)).toEqual(['alice'])
    expect(await place.content()).toBe(line(alice))
    expect(Buffer.from(await place.content('users.txt.torn')).equals(Buffer.from(torn.toString()))).toBe(true)
    expect((await stat(`${place.path}.torn`)).mode & 0o777).toBe(0o600)
    expect(place.warnings()).toHaveLength(1)
    expect(place.warnings()[0]).toContain('cut off')
    await store.insertIfAbsent(bob)
    expect(await place.content()).toBe(line(alice) + line(bob))
  })

  test('STORE-18 a torn end that cannot be saved is not cut off, and the start is refused', async () => {
    const place = await newPlace()
    const content = line(alice) + line(bob).slice(0, 50)
    await writeFile(place.path, content, { mode: 0o600 })
    const disk = new Disk()
    disk.failing.add('write')
    await expect(place.open({ open: disk.open })).rejects.toThrow(/cannot be used: ENOSPC/)
    expect(await place.content()).toBe(content)
    expect(await names(await place.open())).toEqual(['alice'])
  })

  test('STORE-19 a whole last line without its newline is kept and completed, with a warning', async () => {
    const place = await newPlace()
    await writeFile(place.path, line(alice) + line(bob).trimEnd(), { mode: 0o600 })
    const store = await place.open()
    await store.insertIfAbsent(account('carol'))
    expect(await place.content()).toBe(line(alice) + line(bob) + line(account('carol')))
    expect(place.warnings()).toHaveLength(1)
    expect(place.warnings()[0]).toContain('no newline')
  })

  const username = fc
    .string({ unit: fc.constantFrom('a', 'B', '7', 'é', 'ж', '漢', '.', '@'), minLength: 1, maxLength: 8 })
    .filter((name) => checkUsername(name).ok)
  const records = fc
    .uniqueArray(username, { minLength: 1, maxLength: 6 })
    .chain((unique) =>
      fc.array(fc.record({ name: fc.constantFrom(...unique), hash: fc.constantFrom(HASH, OTHER_HASH) }), {
        minLength: 1,
        maxLength: 10,
      }),
    )
    .map((list) => list.map(({ name, hash }): Account => ({ ...account(name), passwordHash: hash })))

  /** The cut is made by hand, so no disk need be waited for. */
  const unsynced: OpenForAppend = async (path, flags) =>
    Object.assign(await openForAppend(path, flags), { sync: () => Promise.resolve() })

  test('STORE-20 wherever a crash cuts the file, exactly the records that were whole are there again', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.nat(), async (written, at) => {
        const bytes = Buffer.from(written.map(line).join(''))
        const cut = bytes.subarray(0, at % (bytes.length + 1))
        const expected = new Map<string, Account>()
        let end = 0
        for (const record of written) {
          end += Buffer.byteLength(line(record))
          // The newline alone may be missing.
          if (end - 1 <= cut.length) expected.set(record.id, record)
        }
        const place = await newPlace()
        await writeFile(place.path, cut)
        const store = await place.open({ open: unsynced })
        expect(Array.from(await store.list())).toEqual([...expected.values()])
        await store.close()
        const again = await place.open({ open: unsynced })
        expect(Array.from(await again.list())).toEqual([...expected.values()])
        await again.close()
      }),
      { numRuns: 200 },
    )
  })
})
