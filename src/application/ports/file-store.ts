import type { Result } from '../../domain/result.ts'

/** A part of a file: bytes `from` to `to`, both included. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

/** Bytes in pieces. Whoever stops before the end lets go of what they come from. */
export type Content = AsyncIterable<Uint8Array>

/** What is to be told to whoever fetches a file from the store itself. */
export interface Presentation {
  readonly type: string
  /** As in the header `Content-Disposition`. */
  readonly disposition: string
}

/** Where the bytes of files are, by key. A key is written once and never changes. */
export interface FileStore {
  /**
   * Durable when it answers, whole or not at all; gives how many bytes there were. What `content` throws is thrown, and
   * nothing is left then.
   */
  write(key: string, content: Content, type: string): Promise<Result<number, 'storage_unavailable'>>

  /** Undefined where there is nothing. `range` lies within what is there. */
  read(key: string, range: ByteRange | undefined): Promise<Result<Content | undefined, 'storage_unavailable'>>

  /** What is not there is gone as well. */
  remove(key: string): Promise<Result<undefined, 'storage_unavailable'>>

  /** What was begun and given up before that instant (Unix milliseconds) goes, and each key that was whole before it is told. */
  sweep(before: number, found: (key: string) => Promise<void>): Promise<void>

  /** Of all those URLs: a page needs leave to load from there. Undefined where there are none. */
  readonly directOrigin: string | undefined

  /** Where whoever has the URL gets the file from the store itself for so long; undefined where the store has no such URLs. */
  directUrl(key: string, ttlSecs: number, as: Presentation): Promise<string | undefined>

  close(): Promise<void>
}
