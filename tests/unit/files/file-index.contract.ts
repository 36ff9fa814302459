import { describe, expect, test } from 'vitest'
import { type FileIndex, MAX_REFERRERS } from '../../../src/application/ports/file-index.ts'
import { ALICE, AMPLE, BOB, fileId, someFile } from './some-file.ts'

const done = { ok: true, value: undefined }

/** What every index of files does; each gets an empty one. */
export function fileIndexContract(title: string, open: () => Promise<FileIndex>): void {
  describe(title, () => {
    test('UPLOAD-13 a file is found as it was added, and others are not', async () => {
      const index = await open()
      const file = someFile({ name: 'Übersicht "1".txt', thumbnailBytes: 7 })
      expect(await index.add(file, AMPLE)).toEqual(done)
      expect(await index.find(file.id)).toEqual({ ok: true, value: file })
      expect(await index.find(fileId())).toEqual(done)
    })

    test('UPLOAD-14 UPLOAD-15 files count for their owner and in all', async () => {
      const index = await open()
      await index.add(someFile({ thumbnailBytes: 5000 }), AMPLE)
      await index.add(someFile({ bytes: 1 }), AMPLE)
      expect(await index.usage(ALICE)).toEqual({ ok: true, value: { bytes: 105_000 + 16_384, files: 2 } })
      expect(await index.usage(BOB)).toEqual({ ok: true, value: { bytes: 0, files: 0 } })
      const full = { ok: false, error: 'quota_exceeded' }
      expect(await index.add(someFile(), { ...AMPLE, maxFilesPerUser: 2 })).toEqual(full)
      expect(await index.add(someFile(), { ...AMPLE, maxBytesPerUser: 200_000 })).toEqual(full)
      expect(await index.add(someFile({ owner: BOB }), { ...AMPLE, maxTotalBytes: 200_000 })).toEqual({
        ok: false,
        error: 'storage_full',
      })
      expect(await index.usage(BOB)).toEqual({ ok: true, value: { bytes: 0, files: 0 } })
      expect(await index.add(someFile(), { ...AMPLE, maxBytesPerUser: 221_384 })).toEqual(done)
    })

    test('UPLOAD-14 files that are added at the same time keep to the quota together', async () => {
      const index = await open()
      const quota = { ...AMPLE, maxFilesPerUser: 3 }
      await Promise.all(Array.from({ length: 8 }, () => index.add(someFile(), quota)))
      const usage = await index.usage(ALICE)
      expect(usage.ok && usage.value.files).toBeLessThanOrEqual(3)
    })

    test('UPLOAD-17 all files are referred to or none, by their owner alone, and a repetition is harmless', async () => {
      const index = await open()
      const [one, other, foreign] = [someFile(), someFile(), someFile({ owner: BOB })]
      for (const file of [one, other, foreign]) await index.add(file, AMPLE)
      const refused = { ok: false, error: 'file_not_found' }
      expect(await index.refer([one.id, fileId()], ALICE, 'm1')).toEqual(refused)
      expect(await index.refer([one.id, foreign.id], ALICE, 'm1')).toEqual(refused)
      expect((await index.find(one.id)).ok && (await index.find(one.id))).toMatchObject({
        value: { referrers: [] },
      })
      for (let time = 0; time < 2; time += 1)
        expect((await index.refer([one.id, other.id], ALICE, 'm1')).ok).toBe(true)
      await index.refer([one.id], ALICE, 'm2')
      expect(await index.find(one.id)).toMatchObject({ value: { referrers: ['m1', 'm2'] } })
      expect(await index.find(other.id)).toMatchObject({ value: { referrers: ['m1'] } })
    })

    test('UPLOAD-17 so many may refer to one file', async () => {
      const index = await open()
      const file = someFile({ referrers: Array.from({ length: MAX_REFERRERS }, (_, at) => `m${at}`) })
      const other = someFile()
      for (const each of [file, other]) await index.add(each, AMPLE)
      expect(await index.refer([other.id, file.id], ALICE, 'one more')).toEqual({
        ok: false,
        error: 'too_many_references',
      })
      expect(await index.find(other.id)).toMatchObject({ value: { referrers: [] } })
      expect((await index.refer([file.id], ALICE, 'm5')).ok).toBe(true)
    })

    test('UPLOAD-18 what nothing refers to for long enough may go, and nothing else', async () => {
      const index = await open()
      const [old, young, used, freed] = [
        someFile(),
        someFile({ createdAt: 5000, unreferencedSince: 5000 }),
        someFile(),
        someFile(),
      ]
      for (const file of [old, young, used, freed]) await index.add(file, AMPLE)
      await index.refer([used.id, freed.id], ALICE, 'm1')
      expect(await index.unrefer([freed.id, fileId()], 'm1', 4000)).toEqual(done)
      expect(await index.unreferenced(4000)).toEqual({ ok: true, value: [old.id] })
      const all = await index.unreferenced(6000)
      expect(new Set(all.ok ? all.value : [])).toEqual(new Set([old.id, young.id, freed.id]))

      const inUse = { ok: false, error: 'file_in_use' }
      expect(await index.remove(used.id, 9000)).toEqual(inUse)
      expect(await index.remove(freed.id, 4000)).toEqual(inUse)
      expect(await index.remove(freed.id, 4001)).toEqual(done)
      expect(await index.find(freed.id)).toEqual(done)
      expect(await index.remove(freed.id, 4001)).toEqual(done)
      expect(await index.usage(ALICE)).toMatchObject({ value: { files: 3 } })
      expect(await index.refer([freed.id], ALICE, 'm2')).toEqual({ ok: false, error: 'file_not_found' })
    })
  })
}
