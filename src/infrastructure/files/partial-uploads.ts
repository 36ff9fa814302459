import { mkdirSync } from 'node:fs'
import { open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { DataStore, ERRORS, Upload } from '@tus/server'
import { z } from 'zod'
import type { Content } from '../../application/ports/file-store.ts'
import { errorCode } from '../../domain/error-code.ts'
import { PRIVATE_DIRECTORY, PRIVATE_FILE } from '../system/file-system.ts'

interface Options {
  readonly path: string
  /** An upload that was begun so long ago is forgotten. */
  readonly keepMs: number
}

/** What is known of an upload beside its bytes. `result`: what came of it, once it was complete. */
const known = z.object({
  size: z.int().min(0),
  metadata: z.record(z.string(), z.string().nullable()).optional(),
  creationDate: z.string(),
  result: z.string().optional(),
})
type Known = z.output<typeof known>

/** Ids begin with what stands for their user, before this. */
const AFTER_OWNER = '-'

/**
 * Uploads that may be cut and gone on with: of each what is known of it (`.json`) and the bytes that have come (`.part`), in a
 * directory of their own. Ids are the caller's, and name files.
 */
export class PartialUploads extends DataStore {
  readonly #path: string
  readonly #keepMs: number
  /** The sizes of those that are not complete, by id: what they will take up. */
  readonly #unfinished: Map<string, number>

  private constructor({ path, keepMs }: Options, unfinished: Map<string, number>) {
    super()
    this.extensions = ['creation', 'creation-with-upload', 'termination', 'expiration']
    this.#path = path
    this.#keepMs = keepMs
    this.#unfinished = unfinished
  }

  static async open(options: Options): Promise<PartialUploads> {
    mkdirSync(options.path, { recursive: true, mode: PRIVATE_DIRECTORY })
    const unfinished = new Map<string, number>()
    const uploads = new PartialUploads(options, unfinished)
    for (const id of await uploads.#ids()) {
      const found = await uploads.#read(id)
      if (found?.result === undefined) unfinished.set(id, found?.size ?? 0)
    }
    return uploads
  }

  /** Those that are not complete: of whom what stands for the user names, and of all. */
  load(owner: string): {
    readonly own: number
    readonly ownBytes: number
    readonly all: number
    readonly allBytes: number
  } {
    let [own, ownBytes, allBytes] = [0, 0, 0]
    for (const [id, size] of this.#unfinished) {
      allBytes += size
      if (!id.startsWith(owner + AFTER_OWNER)) continue
      own += 1
      ownBytes += size
    }
    return { own, ownBytes, all: this.#unfinished.size, allBytes }
  }

  override async create(upload: Upload): Promise<Upload> {
    const { id, size = 0, metadata } = upload
    upload.creation_date = new Date().toISOString()
    this.#unfinished.set(id, size)
    try {
      await writeFile(this.#bytesOf(id), '', { mode: PRIVATE_FILE, flag: 'wx' })
      await this.#write(id, { size, metadata, creationDate: upload.creation_date })
    } catch (error) {
      await this.remove(id)
      throw error
    }
    return upload
  }

  override async getUpload(id: string): Promise<Upload> {
    const found = await this.#read(id)
    if (found === undefined) throw Object.assign(new Error('no such upload'), ERRORS.FILE_NOT_FOUND)
    const { size, metadata, creationDate: creation_date, result } = found
    const offset = result === undefined ? (await stat(this.#bytesOf(id))).size : size
    return new Upload({ id, size, offset, creation_date, ...(metadata === undefined ? {} : { metadata }) })
  }

  /** What has come until it breaks off is kept. */
  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const handle = await open(this.#bytesOf(id), 'r+')
    let at = offset
    try {
      for await (const piece of stream) {
        if (!Buffer.isBuffer(piece)) throw new Error('bytes come as bytes')
        await handle.write(piece, 0, piece.length, at)
        at += piece.length
      }
      return at
    } finally {
      await handle.close()
    }
  }

  override async remove(id: string): Promise<void> {
    this.#unfinished.delete(id)
    await rm(this.#bytesOf(id), { force: true })
    await rm(this.#knownOf(id), { force: true })
  }

  override getExpiration(): number {
    return this.#keepMs
  }

  override async deleteExpired(): Promise<number> {
    const before = Date.now() - this.#keepMs
    let removed = 0
    for (const id of await this.#ids()) {
      const found = await this.#read(id)
      if (found !== undefined && Date.parse(found.creationDate) >= before) continue
      await this.remove(id)
      removed += 1
    }
    return removed
  }

  /** The bytes of a complete one. */
  async *content(id: string): Content {
    const handle = await open(this.#bytesOf(id), 'r')
    try {
      yield* handle.createReadStream({ autoClose: false })
    } finally {
      await handle.close()
    }
  }

  /** It is done; the result is kept for a client that has not heard the answer. */
  async finish(id: string, result: string): Promise<void> {
    const found = await this.#read(id)
    if (found !== undefined) await this.#write(id, { ...found, result })
    this.#unfinished.delete(id)
    await rm(this.#bytesOf(id), { force: true })
  }

  async resultOf(id: string): Promise<string | undefined> {
    return (await this.#read(id))?.result
  }

  async #ids(): Promise<string[]> {
    const names = await readdir(this.#path)
    return names.flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []))
  }

  async #read(id: string): Promise<Known | undefined> {
    try {
      return known.parse(JSON.parse(await readFile(this.#knownOf(id), 'utf8')))
    } catch (error) {
      // What a crash has left is none.
      if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError)
        return undefined
      throw error
    }
  }

  async #write(id: string, value: Known): Promise<void> {
    const place = this.#knownOf(id)
    await writeFile(`${place}.new`, JSON.stringify(value), { mode: PRIVATE_FILE })
    await rename(`${place}.new`, place)
  }

  #bytesOf(id: string): string {
    return join(this.#path, `${id}.part`)
  }

  #knownOf(id: string): string {
    return join(this.#path, `${id}.json`)
  }
}
