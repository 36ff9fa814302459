import { crc32 } from 'node:zlib'

/**
 * A journal: MAGIC, then batches of what belongs together. A batch: the length of its entries (4 bytes, little-endian), their
 * CRC-32 (4 bytes), the entries. What a death in the midst of a write has left at the end is no batch.
 */
export const MAGIC = Buffer.from('roomrtc-journal 1\n')

/** What a batch has before its entries. */
export const BATCH_HEAD = 8

/** Fills in the head of a batch whose entries are there. */
export function seal(batch: Buffer): void {
  const entries = batch.subarray(BATCH_HEAD)
  batch.writeUInt32LE(entries.length, 0)
  batch.writeUInt32LE(crc32(entries), 4)
}

/** The entries of each batch, but for one at the end that is not whole. Throws where one is not what was written. */
export function* wholeBatches(file: Buffer): Iterable<Buffer> {
  for (let at = MAGIC.length; at + BATCH_HEAD <= file.length;) {
    const entries = file.subarray(at + BATCH_HEAD, at + BATCH_HEAD + file.readUInt32LE(at))
    if (entries.length < file.readUInt32LE(at)) return
    if (crc32(entries) !== file.readUInt32LE(at + 4)) throw new Error('the file is damaged')
    yield entries
    at += BATCH_HEAD + entries.length
  }
}
