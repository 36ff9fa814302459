import { LENGTH_BYTES, TYPE_BYTES } from '../../../src/protocol/framing/frame.ts'

/** What a whole stream of bytes amounts to. */
interface Reading {
  readonly frames: readonly { readonly type: number; readonly payload: Buffer }[]
  readonly end: StreamEnd
  /** What is left after the last whole frame. */
  readonly rest: Buffer
}

export type StreamEnd =
  | { readonly kind: 'whole' }
  /** `missing` is undefined while not even the length is whole. */
  | { readonly kind: 'partial'; readonly missing: number | undefined }
  | { readonly kind: 'broken'; readonly reason: 'empty_frame' | 'frame_too_large' }

/** The twin of the decoder: has all the bytes in one piece, and does nothing clever with them. */
export function readNaively(bytes: Buffer, limit: number): Reading {
  const frames: Reading['frames'][number][] = []
  let rest = bytes
  for (;;) {
    if (rest.length === 0) return { frames, rest, end: { kind: 'whole' } }
    if (rest.length < LENGTH_BYTES) return { frames, rest, end: { kind: 'partial', missing: undefined } }
    const length = rest.readUInt32BE(0)
    if (length === 0) return { frames, rest, end: { kind: 'broken', reason: 'empty_frame' } }
    if (length > limit) return { frames, rest, end: { kind: 'broken', reason: 'frame_too_large' } }
    const end = LENGTH_BYTES + length
    if (rest.length < end) return { frames, rest, end: { kind: 'partial', missing: end - rest.length } }
    frames.push({
      type: rest.readUInt8(LENGTH_BYTES),
      payload: rest.subarray(LENGTH_BYTES + TYPE_BYTES, end),
    })
    rest = rest.subarray(end)
  }
}
