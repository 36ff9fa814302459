import { frame } from '../../support/wire/wire.ts'
import { hostileValue } from './hostile-json.ts'
import { mutateBytes, mutateFields } from './mutate.ts'
import type { Random } from './random.ts'
import { type Cast, objectText, otherForm, requestFields, requestTypes } from './requests.ts'

/** What a frame is made of. */
interface Making {
  readonly cast: Cast
  /** About as long as a value in it gets. */
  readonly maxBytes: number
  /** The type whose request it is made of; by default any. */
  readonly type?: number
}

/** A frame whose length is right, so that others may follow it; all else may be wrong. */
export function hostileFrame(random: Random, { cast, maxBytes, type: wanted }: Making): Buffer {
  const type = wanted ?? random.pick(requestTypes)
  const fields = (random.chance(0.3) ? otherForm(type) : undefined) ?? requestFields(type, cast)
  const request = () => objectText(fields)
  return random.oneOf([
    [10, () => frame(type, objectText(mutateFields(random, fields, maxBytes)))],
    [4, () => frame(type, request())],
    [3, () => frame(random.pick(requestTypes), request())],
    [1, () => frame(random.below(256), request())],
    [3, () => frame(type, mutateBytes(random, Buffer.from(request())))],
    [1, () => frame(type, hostileValue(random, maxBytes))],
    [1, () => frame(type, `${request()}${random.pick([' ', ',', '}', '\u0000', '{}', '\n'])}`)],
    [1, () => frame(type, Buffer.alloc(0))],
    [1, () => frame(random.below(256), random.bytes(random.below(64)))],
  ])
}

/** Bytes that need not be a frame: random, cut short, with another length than they say. */
export function brokenFrame(
  random: Random,
  { cast, maxBytes, limit }: Making & { readonly limit: number },
): Buffer {
  const whole = frame(
    random.pick(requestTypes),
    objectText(requestFields(random.pick(requestTypes), cast)).slice(0, maxBytes),
  )
  return random.oneOf([
    [3, () => random.bytes(random.between(1, 64))],
    [3, () => mutateBytes(random, whole)],
    [2, () => whole.subarray(0, random.between(1, whole.length - 1))],
    [4, () => announcing(random, whole, limit)],
  ])
}

function announcing(random: Random, whole: Buffer, limit: number): Buffer {
  const length = whole.readUInt32BE(0)
  const lengths = [
    0,
    1,
    2,
    length - 1,
    length + 1,
    limit - 1,
    limit,
    limit + 1,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 1,
  ] as const
  const changed = Buffer.from(whole)
  changed.writeUInt32BE(random.pick(lengths), 0)
  return changed
}

/** The bytes in pieces: as they are, cut anywhere, or one by one. */
export function split(random: Random, bytes: Buffer): Buffer[] {
  const places = random.oneOf([
    [14, (): number[] => []],
    [5, () => Array.from({ length: random.between(1, 5) }, () => random.below(bytes.length + 1))],
    [1, () => Array.from({ length: Math.min(bytes.length, 24) }, (_, i) => i)],
  ])
  const cuts = [0, ...places.toSorted((a, b) => a - b), bytes.length]
  return cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end))
}
