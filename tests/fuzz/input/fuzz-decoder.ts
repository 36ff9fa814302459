import { FrameDecoder } from '../../../src/protocol/framing/frame-decoder.ts'
import { ProtocolError } from '../../../src/protocol/framing/protocol-error.ts'
import { checkRequest } from '../check-request.ts'
import { brokenFrame, hostileFrame, split } from './hostile-frame.ts'
import { bufferBytes, SLAB_BYTES } from '../memory.ts'
import { readNaively } from './naive-frames.ts'
import { prototypesUntouched } from './prototypes.ts'
import { Random } from './random.ts'
import { STRANGER } from './requests.ts'
import { Violation } from '../violation.ts'

interface DecoderFuzz {
  readonly seed: number
  /** Frames that must have come out, or have been refused, before it is enough. */
  readonly frames: number
  readonly progress?: (frames: number) => void
  /** Ends the run before its time. */
  readonly goesOn?: () => boolean
}

interface Tally {
  streams: number
  frames: number
  /** Frames that were well-formed requests. */
  requests: number
}

const STREAMS_A_LOOK = 10_000
/** Of so many streams the decoders are kept until the memory is looked at. */
const DECODERS_KEPT = 200
/** What this process may have allocated for itself in between. */
const SLACK_BYTES = 4 * 1024 * 1024

/** Feeds streams to decoders, each stream made of the seed and its number; throws a Violation at the first fault. */
export function fuzzDecoder({ seed, frames, progress, goesOn = () => true }: DecoderFuzz): Tally {
  const tally: Tally = { streams: 0, frames: 0, requests: 0 }
  let kept: Fed[] = []
  let before = bufferBytes()
  while (tally.frames < frames && goesOn()) {
    const random = new Random(seed, tally.streams)
    const limit = random.pick([16, 1024, 8192, 65_536, 1_048_576])
    const stream = makeStream(random, limit)
    try {
      const fed = feed(split(random, stream), limit, tally)
      if (kept.length < DECODERS_KEPT) kept.push(fed)
      if (!prototypesUntouched()) throw new Error('a prototype was changed')
    } catch (error) {
      throw new Violation(`seed ${seed}, stream ${tally.streams}, frame limit ${limit}: ${String(error)}`, [
        stream,
      ])
    }
    tally.streams += 1
    if (tally.streams % STREAMS_A_LOOK === 0) {
      const held = bufferBytes() - before
      const bound = kept.reduce((sum, { mayHold }) => sum + mayHold, SLACK_BYTES)
      if (held > bound)
        throw new Violation(`seed ${seed}: ${kept.length} decoders hold ${held} bytes, not ${bound}`)
      kept = []
      before = bufferBytes()
      progress?.(tally.frames)
    }
  }
  return tally
}

function makeStream(random: Random, limit: number): Buffer {
  const maxBytes = random.chance(0.002) ? limit - 64 : Math.min(limit, 200)
  const making = { cast: STRANGER, maxBytes: Math.max(1, maxBytes), limit }
  const pieces = Array.from({ length: random.between(1, 20) }, () =>
    random.chance(0.03) ? brokenFrame(random, making) : hostileFrame(random, making),
  )
  if (random.chance(0.2)) pieces.push(brokenFrame(random, making))
  return Buffer.concat(pieces)
}

interface Fed {
  readonly decoder: FrameDecoder
  /** In bytes; in the end at most twice what it has of an unfinished frame. */
  readonly mayHold: number
}

/** Compares with the naive twin after each piece, and reads each frame. */
function feed(pieces: readonly Buffer[], limit: number, tally: Tally): Fed {
  const decoder = new FrameDecoder(limit)
  const stream = Buffer.concat(pieces)
  let found = 0
  let arrived = 0
  for (const piece of pieces) {
    // As a socket gives it: memory of its own.
    const chunk = Buffer.allocUnsafeSlow(piece.length)
    piece.copy(chunk)
    arrived += chunk.length
    const twin = readNaively(stream.subarray(0, arrived), limit)
    decoder.push(chunk)
    try {
      for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
        const expected = twin.frames[found]
        if (expected?.type !== frame.type || !expected.payload.equals(frame.payload)) {
          throw new Error(`frame ${found} is not that of the stream`)
        }
        if (checkRequest(frame)) tally.requests += 1
        found += 1
        tally.frames += 1
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      const { frames, end } = twin
      if (end.kind === 'broken' && end.reason === error.reason && found === frames.length) {
        tally.frames += 1
        return { decoder, mayHold: 2 * arrived + SLAB_BYTES }
      }
      throw new Error(`${error.reason} after ${found} frames of ${frames.length}`, { cause: error })
    }
    if (twin.end.kind === 'broken') throw new Error(`not refused: ${twin.end.reason}`)
    if (found !== twin.frames.length) throw new Error(`${found} frames of ${twin.frames.length}`)
    if (decoder.partial !== (twin.end.kind === 'partial'))
      throw new Error(`partial: ${String(decoder.partial)}`)
  }
  return { decoder, mayHold: 2 * readNaively(stream, limit).rest.length + SLAB_BYTES }
}
