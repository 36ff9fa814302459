import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createMemoryFileIndex, openFileIndex } from '../../../src/infrastructure/files/kept-file-index.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { temporaryDirectory } from '../../support/files/uploads-daemon.ts'
import { fileIndexContract } from './file-index.contract.ts'
import { ALICE, AMPLE, someFile } from './some-file.ts'

const ends = endsAfterEach()

async function open(path: string) {
  const index = await openFileIndex(path)
  onTestFinished(() => index.close())
  return index
}

const fresh = async () => join(await temporaryDirectory(ends), 'index.jsonl')

fileIndexContract('an index of files in a file', async () => open(await fresh()))
fileIndexContract('an index of files in memory', () => Promise.resolve(createMemoryFileIndex()))

test('UPLOAD-20 what the index has answered is there after a restart, whatever a crash has left at its end', async () => {
  const path = await fresh()
  const before = await open(path)
  const [file, gone] = [someFile(), someFile()]
  for (const each of [file, gone]) await before.add(each, AMPLE)
  await before.refer([file.id], ALICE, 'm1')
  await before.remove(gone.id, Infinity)
  await appendFile(path, '["cut off in the mid')
  const after = await open(path)
  expect(await after.find(file.id)).toEqual({ ok: true, value: { ...file, referrers: ['m1'] } })
  expect(await after.usage(ALICE)).toEqual({ ok: true, value: { bytes: 100_000, files: 1 } })
})

test('UPLOAD-20 an index that is damaged stops the start', async () => {
  const path = await fresh()
  await appendFile(path, '["x",{"owner":1}]\n')
  await expect(openFileIndex(path)).rejects.toThrow(path)
})
