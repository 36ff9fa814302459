import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { openFileDirectory } from '../../../src/infrastructure/files/file-directory.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { temporaryDirectory } from '../../support/files/uploads-daemon.ts'
import { silentLog } from '../../support/house/silent-log.ts'
import { fileStoreContract } from './file-store.contract.ts'
import { fileId } from './some-file.ts'

const ends = endsAfterEach()

async function rig() {
  const path = await temporaryDirectory(ends)
  const store = openFileDirectory({ path, log: silentLog })
  const files = async () =>
    (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  return { path, store, files, count: async () => (await files()).length }
}

fileStoreContract('files in a directory', rig)

describe('files in a directory', () => {
  test('UPLOAD-20 they are readable by the daemon alone', async () => {
    const { path, store, files } = await rig()
    const key = fileId()
    await store.write(key, oneByte(), 'image/png')
    expect((await files()).map(({ name }) => name)).toEqual([key])
    const place = join(path, key.slice(0, 2), key)
    expect(((await stat(place)).mode & 0o777).toString(8)).toBe('600')
    expect(((await stat(join(path, key.slice(0, 2)))).mode & 0o777).toString(8)).toBe('700')
  })

  test('UPLOAD-19 what a crash has left unfinished goes', async () => {
    const { path, store, count } = await rig()
    await mkdir(join(path, 'ab'))
    await writeFile(join(path, 'ab', `ab${fileId().slice(2)}.part`), 'the beginning')
    await store.sweep(Date.now() - 60_000, () => Promise.resolve())
    expect(await count()).toBe(1)
    await store.sweep(Date.now() + 60_000, () => Promise.resolve())
    expect(await count()).toBe(0)
  })

  test('UPLOAD-20 a directory that cannot be made stops the start, with the key to mend', async () => {
    const { path } = await rig()
    await writeFile(join(path, 'file'), '')
    const open = () => openFileDirectory({ path: join(path, 'file', 'uploads'), log: silentLog })
    expect(open).toThrow(StartupError)
    expect(open).toThrow('uploads.path')
  })

  test('UPLOAD-21 a disk that fails refuses the upload, and leaves nothing', async () => {
    const { path, store, count } = await rig()
    const key = fileId()
    await writeFile(join(path, key.slice(0, 2)), 'no directory')
    expect(await store.write(key, oneByte(), 'image/png')).toEqual({
      ok: false,
      error: 'storage_unavailable',
    })
    expect(await count()).toBe(1)
  })
})

async function* oneByte() {
  await Promise.resolve()
  yield new Uint8Array(1)
}
