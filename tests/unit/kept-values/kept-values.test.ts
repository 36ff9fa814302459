import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, appendFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KeptValues } from '../../../src/infrastructure/kept-values/kept-values.ts'
import { Disk } from '../users-file/disk.ts'

let directory: string
let path: string
let disk: Disk
let opened: KeptValues<number>[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'roomrtc-kept-'))
  path = join(directory, 'values')
  disk = new Disk()
  opened = []
})

afterEach(async () => {
  for (const kept of opened) await kept.close()
  rmSync(directory, { recursive: true, force: true })
})

async function open(): Promise<KeptValues<number>> {
  const kept = await KeptValues.open({ path, parse: Number, open: disk.open })
  opened.push(kept)
  return kept
}

const all = (kept: KeptValues<number>) => Object.fromEntries(kept.entries())

test('STORE-34 what was saved is there after another start, in a file for the daemon alone', async () => {
  const kept = await open()
  expect(await Promise.all([kept.set('a', 1), kept.set('b', 2), kept.set('a', undefined)])).toEqual([
    true,
    true,
    true,
  ])
  expect(disk.syncs).toBe(1)
  expect(await kept.set('c', 3)).toBe(true)
  expect(all(kept)).toEqual({ b: 2, c: 3 })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(all(await open())).toEqual({ b: 2, c: 3 })
})

test.each(['write', 'sync'] as const)(
  'STORE-34 what could not be saved (%s) has not happened, now or after a start, and the next is saved',
  async (what) => {
    const kept = await open()
    await kept.set('a', 1)
    disk.failing.add(what)
    expect(await kept.set('b', 2)).toBe(false)
    expect(await kept.set('c', 3)).toBe(false)
    expect(all(kept)).toEqual({ a: 1 })
    expect(all(await open())).toEqual({ a: 1 })
    disk.failing.clear()
    expect(await kept.set('d', 4)).toBe(true)
    expect(all(await open())).toEqual({ a: 1, d: 4 })
  },
)

test('STORE-34 a line that a crash has cut off counts for nothing; any other damage stops the start', async () => {
  const kept = await open()
  await kept.set('a', 1)
  await kept.set('b', 2)
  await kept.close()
  truncateSync(path, statSync(path).size - 3)
  const again = await open()
  expect(all(again)).toEqual({ a: 1 })
  await again.set('c', 3)
  expect(readFileSync(path, 'utf8')).toBe('["a",1]\n["c",3]\n')
  appendFileSync(path, 'nonsense\n')
  await expect(open()).rejects.toThrow('line 3 is damaged')
})

test('STORE-34 the file does not grow with what is not there any more', async () => {
  const kept = await open()
  for (let round = 0; round < 1200; round += 1) void kept.set('a', round)
  for (let round = 0; round < 5; round += 1) await kept.set('b', round)
  expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(10)
  expect(all(await open())).toEqual({ a: 1199, b: 4 })
})
