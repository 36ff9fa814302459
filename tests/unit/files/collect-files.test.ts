import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeCollectFiles } from '../../../src/application/file/collect-files.ts'
import { makeFiles } from '../../../src/application/file/make-files.ts'
import { makeTakeUpload } from '../../../src/application/file/take-upload.ts'
import { openFileDirectory } from '../../../src/infrastructure/files/file-directory.ts'
import { createMemoryFileIndex } from '../../../src/infrastructure/files/kept-file-index.ts'
import { randomIds } from '../../../src/infrastructure/system/random-ids.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { temporaryDirectory } from '../../support/files/uploads-daemon.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { ALICE, AMPLE, fileId } from './some-file.ts'

const ends = endsAfterEach()

const HOUR_MS = 3_600_000

async function rig() {
  const path = await temporaryDirectory(ends)
  const { log, lines } = createSpyLog()
  let passed = 0
  const clock = { wallMs: () => Date.now() + passed, monotonicMs: () => passed }
  const index = createMemoryFileIndex()
  const store = openFileDirectory({ path, log })
  const { take } = makeTakeUpload({
    index,
    store,
    ids: randomIds,
    clock,
    quota: AMPLE,
    maxBytes: 1000,
    thumbnails: { make: () => Promise.resolve(undefined) },
  })
  const collect = makeCollectFiles({ index, store, clock, log, keepUnreferencedMs: 24 * HOUR_MS })
  return {
    path,
    store,
    lines,
    files: makeFiles({ index, clock }),
    collect,
    pass(ms: number) {
      passed += ms
    },
    async upload() {
      const taken = await take(ALICE, { name: 'a', content: text() })
      if (!taken.ok) throw new Error(taken.error)
      return taken.value.id
    },
    async stored() {
      const found = await readdir(path, { recursive: true, withFileTypes: true })
      return found.filter((entry) => entry.isFile()).map(({ name }) => name)
    },
  }
}

async function* text() {
  await Promise.resolve()
  yield new TextEncoder().encode('a text')
}

test('UPLOAD-18 a file stays while something refers to it, and goes a day after the last has let go', async () => {
  const { files, collect, pass, upload, stored, lines } = await rig()
  const [used, unused] = [await upload(), await upload()]
  expect((await files.refer([used], ALICE, 'm1')).ok).toBe(true)
  pass(23 * HOUR_MS)
  await collect()
  expect((await stored()).toSorted()).toEqual([used, unused].toSorted())
  pass(2 * HOUR_MS)
  await collect()
  expect(await stored()).toEqual([used])
  expect(lines.at(-1)).toMatchObject({ files: 1, orphans: 0 })
  expect(await files.describe(unused)).toEqual({ ok: true, value: undefined })
  expect(await files.describe(used)).toMatchObject({ value: { name: 'a', bytes: 6, thumbnailKey: null } })

  await files.unrefer([used], 'm1')
  pass(23 * HOUR_MS)
  await collect()
  expect(await stored()).toEqual([used])
  pass(2 * HOUR_MS)
  await collect()
  expect(await stored()).toEqual([])
})

test('UPLOAD-19 bytes that belong to no file go, unless they have just come', async () => {
  const { path, store, collect, upload, stored } = await rig()
  const known = await upload()
  const orphan = fileId()
  await store.write(orphan, text(), 'image/png')
  await store.write(`${orphan}.jpg`, text(), 'image/jpeg')
  await collect()
  expect(await stored()).toHaveLength(3)
  const anHourAgo = new Date(Date.now() - 2 * HOUR_MS)
  for (const key of [known, orphan, `${orphan}.jpg`])
    await utimes(join(path, key.slice(0, 2), key), anHourAgo, anHourAgo)
  await collect()
  expect(await stored()).toEqual([known])
})

test('UPLOAD-17 a file that is not there, or has no id, is not referred to', async () => {
  const { files, upload } = await rig()
  const one = await upload()
  const refused = { ok: false, error: 'file_not_found' }
  expect(await files.refer([one, '../x'], ALICE, 'm1')).toEqual(refused)
  expect(await files.refer([one, fileId()], ALICE, 'm1')).toEqual(refused)
  expect(await files.refer([one, one], ALICE, 'm1')).toMatchObject({ value: [{ id: one }] })
})
