/** What Redis answers, in the second version of its protocol. */
export type Reply = string | number | null | readonly Reply[]

/** What a script of ours cannot have said. */
export class UnexpectedReply extends Error {
  constructor(reply: unknown) {
    super(`an answer of Redis that is not one of ours: ${typeof reply}`)
    this.name = 'UnexpectedReply'
  }
}

export function asReply(reply: unknown): Reply {
  if (typeof reply === 'string' || typeof reply === 'number' || reply === null) return reply
  if (isList(reply)) return reply
  throw new UnexpectedReply(reply)
}

export function asText(reply: Reply | undefined): string {
  if (typeof reply === 'string') return reply
  throw new UnexpectedReply(reply)
}

export function asNumber(reply: Reply | undefined): number {
  const number = typeof reply === 'string' ? Number(reply) : reply
  if (typeof number === 'number' && !Number.isNaN(number)) return number
  throw new UnexpectedReply(reply)
}

export function asList(reply: Reply | undefined): readonly Reply[] {
  if (isList(reply)) return reply
  throw new UnexpectedReply(reply)
}

export function asTexts(reply: Reply | undefined): readonly string[] {
  return asList(reply).map(asText)
}

/** Of a hash: each field and its value. */
export function asPairs(reply: Reply | undefined): ReadonlyMap<string, string> {
  const flat = asTexts(reply)
  const pairs = new Map<string, string>()
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.set(flat[at] ?? '', flat[at + 1] ?? '')
  return pairs
}

/** Of the script's two numbers, seconds and microseconds: milliseconds. */
export function asTimeMs(seconds: Reply | undefined, micros: Reply | undefined): number {
  return asNumber(seconds) * 1000 + asNumber(micros) / 1000
}

function isList(reply: unknown): reply is readonly Reply[] {
  return Array.isArray(reply)
}
