import type { Figures } from './quality.ts'
import type { Heard, Sample, Seen } from './sample.ts'

/** What has happened from one sample to the next. */
export interface Measured {
  /** From mouth to ear. */
  readonly delayMs: number
  readonly jitterMs: number
  /** Of each kind, in the worse direction. */
  readonly lostSoundPercent: number
  readonly lostPicturesPercent: number
  /** Of the sound that was played, what was made up as nothing had come in time. */
  readonly concealedPercent: number
  /** Undefined where nothing has ever come, or the count began anew. */
  readonly packetsHeard: number | undefined
  readonly framesSeen: number | undefined
  /** For which part of the time, from 0 to 1, the pictures sent were made worse to fit the line. */
  readonly limitedPart: number
  readonly figures: Figures
}

/** Audio is sent in frames of this length. */
const FRAME_MS = 20

export function measure(before: Sample, now: Sample): Measured {
  const lastedMs = Math.max(1, now.at - before.at)
  const heard = heardSince(before.heard, now.heard)
  const seen = seenSince(before.seen, now.seen)
  const sentLoss = now.sent?.lossPercent ?? 0
  const jitterMs = Math.max((now.heard ?? now.seen)?.jitterMs ?? 0, now.sent?.jitterMs ?? 0)
  const lostSoundPercent = Math.max(lossOf(heard), sentLoss)
  const lostPicturesPercent = Math.max(lossOf(seen), sentLoss)

  return {
    delayMs: (now.roundTripMs ?? 0) / 2 + bufferOf(heard, jitterMs) + FRAME_MS,
    jitterMs,
    lostSoundPercent,
    lostPicturesPercent,
    concealedPercent: heard === undefined ? 0 : part(heard.concealed, heard.samples),
    packetsHeard: heard?.packets,
    framesSeen: seen?.frames,
    limitedPart: Math.min(1, Math.max(0, now.limitedMs - before.limitedMs) / lastedMs),
    figures: {
      ...known('roundTripMs', now.roundTripMs),
      ...(now.heard === undefined && now.seen === undefined && now.sent === undefined
        ? {}
        : {
            jitterMs: Math.round(jitterMs),
            lossPercent: tenths(Math.max(lostSoundPercent, lostPicturesPercent)),
          }),
      ...known('bitrateKbps', bitrate([heard, seen], lastedMs)),
      ...known('framesPerSecond', seen && (seen.frames * 1000) / lastedMs),
    },
  }
}

function heardSince(before: Heard | undefined, now: Heard | undefined): Heard | undefined {
  if (before === undefined || now === undefined || now.packets < before.packets) return undefined
  return {
    ...receivedSince(before, now),
    bufferedMs: now.bufferedMs - before.bufferedMs,
    played: now.played - before.played,
    samples: now.samples - before.samples,
    concealed: Math.max(0, now.concealed - before.concealed),
  }
}

function seenSince(before: Seen | undefined, now: Seen | undefined): Seen | undefined {
  if (before === undefined || now === undefined || now.packets < before.packets) return undefined
  return { ...receivedSince(before, now), frames: Math.max(0, now.frames - before.frames) }
}

type Received = Pick<Seen, 'packets' | 'lost' | 'bytes' | 'jitterMs'>

function receivedSince(before: Received, now: Received): Received {
  return {
    packets: now.packets - before.packets,
    // What comes late was counted as lost before.
    lost: Math.max(0, now.lost - before.lost),
    bytes: Math.max(0, now.bytes - before.bytes),
    jitterMs: now.jitterMs,
  }
}

function lossOf(received: Received | undefined): number {
  return received === undefined ? 0 : part(received.lost, received.packets + received.lost)
}

/** How long sound waited; where that is not told, it is taken to be twice the jitter. */
function bufferOf(heard: Heard | undefined, jitterMs: number): number {
  return heard === undefined || heard.played <= 0
    ? 2 * jitterMs
    : Math.max(0, heard.bufferedMs / heard.played)
}

function bitrate(received: readonly (Received | undefined)[], lastedMs: number): number | undefined {
  const there = received.filter((each) => each !== undefined)
  if (there.length === 0) return undefined
  return (there.reduce((bytes, each) => bytes + each.bytes, 0) * 8) / lastedMs
}

/** In percent. */
function part(of: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(100, (of * 100) / whole)
}

function known(name: keyof Figures, value: number | undefined): Figures {
  return value === undefined ? {} : { [name]: Math.round(value) }
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10
}
