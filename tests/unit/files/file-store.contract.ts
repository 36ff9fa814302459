import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { ByteRange, Content, FileStore } from '../../../src/application/ports/file-store.ts'
import { fileId } from './some-file.ts'

export interface StoreRig {
  readonly store: FileStore
  /** How much is there, whole or not. */
  readonly count: () => Promise<number>
}

/** What every store of files does; each gets an empty one. */
export function fileStoreContract(title: string, open: () => Promise<StoreRig>): void {
  describe(title, () => {
    test('UPLOAD-1 what was written is read, whole and in parts', async () => {
      const { store } = await open()
      // More than one part of an upload to S3.
      const content = randomBytes(12_000_000)
      const key = fileId()
      expect(await store.write(key, piecesOf(content), 'image/png')).toEqual({
        ok: true,
        value: content.byteLength,
      })
      expect((await read(store, key))?.equals(content)).toBe(true)
      const range = { from: 6_000_000, to: 6_000_009 }
      expect(await read(store, key, range)).toEqual(content.subarray(6_000_000, 6_000_010))
      expect(await read(store, fileId())).toBeUndefined()
    })

    test('UPLOAD-1 nothing at all is content as well', async () => {
      const { store } = await open()
      const key = fileId()
      expect(await store.write(key, piecesOf(Buffer.alloc(0)), 'image/png')).toEqual({ ok: true, value: 0 })
      expect(await read(store, key)).toEqual(Buffer.alloc(0))
    })

    test.each([100, 7_000_000])(
      'UPLOAD-6 of what breaks off after %i bytes nothing is left',
      async (length) => {
        const { store, count } = await open()
        const key = fileId()
        await expect(store.write(key, brokenAfter(length), 'image/png')).rejects.toThrow('broken off')
        expect(await read(store, key)).toBeUndefined()
        expect(await count()).toBe(0)
      },
    )

    test('UPLOAD-13 what was removed is gone, and may be removed again', async () => {
      const { store, count } = await open()
      const key = fileId()
      await store.write(key, piecesOf(randomBytes(10)), 'image/png')
      for (let time = 0; time < 2; time += 1)
        expect(await store.remove(key)).toEqual({ ok: true, value: undefined })
      expect(await read(store, key)).toBeUndefined()
      expect(await count()).toBe(0)
    })

    test('UPLOAD-19 a sweep tells what is there since long enough', async () => {
      const { store } = await open()
      const key = fileId()
      await store.write(key, piecesOf(randomBytes(10)), 'image/png')
      const found: string[] = []
      const tell = (one: string) => {
        found.push(one)
        return Promise.resolve()
      }
      await store.sweep(Date.now() - 60_000, tell)
      expect(found).toEqual([])
      await store.sweep(Date.now() + 60_000, tell)
      expect(found).toEqual([key])
    })
  })
}

async function read(store: FileStore, key: string, range?: ByteRange): Promise<Buffer | undefined> {
  const content = await store.read(key, range)
  if (!content.ok) throw new Error(content.error)
  if (content.value === undefined) return undefined
  const pieces: Uint8Array[] = []
  for await (const piece of content.value) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function* piecesOf(content: Buffer): Content {
  for (let at = 0; at < content.byteLength; at += 65_536) {
    await Promise.resolve()
    yield content.subarray(at, at + 65_536)
  }
}

async function* brokenAfter(length: number): Content {
  yield* piecesOf(randomBytes(length))
  throw new Error('broken off')
}
