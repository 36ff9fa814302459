import { z } from 'zod'
import type { Change, JournalEntry } from '../../application/ports/session-journal.ts'
import { parseCallId, parseRoomId, parseSessionId, parseUserId } from '../../domain/ids.ts'
import { idBy } from '../system/id-schema.ts'

// An entry: kind (1 byte), length of the rest (4 bytes, little-endian), the rest.
const CHANGE = 1 // the change as JSON
const OWED = 2 // session (4), whether it went out at once (1), the frame
const RECEIVED = 3 // session (4), count (4)
const ALIVE = 4 // Unix milliseconds (8, double)
const ATTEMPTED = 5 // nothing

const HEAD = 5

/** A buffer that one large tick has made grow is let go of. */
const LARGEST_KEPT = 1024 * 1024

const session = z.int().min(1)
const user = z.object({ id: idBy(parseUserId), username: z.string() })
const tokens = z.object({ current: z.string().optional(), previous: z.string().optional() })
const watching = z.object({
  users: z.union([z.literal('everybody'), z.array(idBy(parseUserId))]),
  rooms: z.array(idBy(parseRoomId)),
})
const requests = z.object({ caller: z.string().optional(), callee: z.string().optional() })
const parties = {
  id: idBy(parseCallId),
  caller: user,
  callee: user,
  requests: requests.optional(),
  woken: z.literal(true).optional(),
}
const side = z.object({ onHold: z.boolean(), audioMuted: z.boolean(), videoMuted: z.boolean() })
const call = z.discriminatedUnion('phase', [
  z.object({
    ...parties,
    phase: z.literal('ringing'),
    callerSession: idBy(parseSessionId),
    since: z.number(),
    offer: z.string().optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    alerting: z.literal(true).optional(),
    transfer: z.object({ of: idBy(parseCallId), by: user }).optional(),
  }),
  z.object({
    ...parties,
    phase: z.literal('active'),
    sessions: z.object({ caller: idBy(parseSessionId), callee: idBy(parseSessionId) }),
    sides: z.object({ caller: side, callee: side }),
    since: z.number(),
    activeSince: z.number(),
    talkedMs: z.number(),
    talkingSince: z.number().optional(),
    transfer: z.object({ to: idBy(parseCallId), by: z.enum(['caller', 'callee']) }).optional(),
  }),
])

const member = z.object({
  user,
  session: idBy(parseSessionId),
  nickname: z.string(),
  audioMuted: z.boolean(),
  videoMuted: z.boolean(),
  state: z.enum(['connected', 'reconnecting']),
  voice: z
    .object({ stream: z.string().optional(), muted: z.array(z.enum(['audio', 'video'])).optional() })
    .optional(),
})
const room = z.object({
  id: idBy(parseRoomId),
  name: z.string(),
  maxMembers: z.int().min(1),
  inviteOnly: z.boolean(),
  mode: z.literal('sfu').optional(),
  owner: idBy(parseUserId).optional(),
  life: z.string().optional(),
  invites: z.array(z.object({ code: z.string(), to: idBy(parseUserId), expiresAt: z.number() })),
  emptySince: z.number().optional(),
})

const change = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('session'),
    session,
    id: idBy(parseSessionId),
    user,
    device: z.object({ client: z.string(), transport: z.string(), since: z.number() }).optional(),
    capabilities: z.array(z.string()),
    tokens,
    received: z.int().min(0),
    nextSeq: z.int().min(1),
    detachedSince: z.number().optional(),
    watching: watching.optional(),
  }),
  z.object({ kind: z.literal('tokens'), session, tokens }),
  z.object({ kind: z.literal('watches'), session, watching }),
  z.object({ kind: z.literal('detached'), session, since: z.number() }),
  z.object({ kind: z.literal('attached'), session }),
  z.object({ kind: z.literal('ended'), session }),
  z.object({ kind: z.literal('acknowledged'), session, seq: z.int().min(0) }),
  z.object({ kind: z.literal('overflowed'), session }),
  z.object({ kind: z.literal('call'), call }),
  z.object({ kind: z.literal('call-ended'), id: idBy(parseCallId) }),
  z.object({ kind: z.literal('room'), room }),
  z.object({ kind: z.literal('room-member'), room: idBy(parseRoomId), member }),
  z.object({ kind: z.literal('room-member-left'), room: idBy(parseRoomId), user: idBy(parseUserId) }),
  z.object({ kind: z.literal('room-ended'), id: idBy(parseRoomId) }),
])

/** Bytes that grow as entries are put in. */
export class EntryBuffer {
  #bytes: Buffer
  /** What stands before the first entry, for whoever writes it out to fill. */
  readonly #reserved: number
  #end: number
  /** The session of the latest `received` in this batch, and where its count is. */
  #receivedFrom = 0
  #receivedAt = 0

  constructor(reserved: number, size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size)
    this.#reserved = reserved
    this.#end = reserved
  }

  get isEmpty(): boolean {
    return this.#end === this.#reserved
  }

  /** All so far, what is reserved included: good until the next entry. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#end)
  }

  clear(): void {
    this.#end = this.#reserved
    this.#receivedFrom = 0
    if (this.#bytes.length > LARGEST_KEPT) this.#bytes = Buffer.allocUnsafeSlow(LARGEST_KEPT)
  }

  changed(entry: Change): void {
    const text = JSON.stringify(entry)
    const at = this.#begin(CHANGE, Buffer.byteLength(text))
    this.#bytes.write(text, at)
  }

  owed(number: number, frame: Buffer, sent: boolean): void {
    const at = this.#begin(OWED, 5 + frame.length)
    this.#put(number, at)
    this.#bytes[at + 4] = sent ? 1 : 0
    this.#bytes.set(frame, at + 5)
  }

  received(number: number, count: number): void {
    // Of several in a batch the last counts, and whoever is heard is heard several times in a row.
    if (this.#receivedFrom === number) {
      this.#put(count, this.#receivedAt)
      return
    }
    const at = this.#begin(RECEIVED, 8)
    this.#put(number, at)
    this.#put(count, at + 4)
    this.#receivedFrom = number
    this.#receivedAt = at + 4
  }

  alive(wallMs: number): void {
    const at = this.#begin(ALIVE, 8)
    this.#bytes.writeDoubleLE(wallMs, at)
  }

  /** A start has begun to take it up. */
  attempted(): void {
    this.#begin(ATTEMPTED, 0)
  }

  /** Gives where the rest of the entry begins. */
  #begin(kind: number, length: number): number {
    const begin = this.#end
    this.#end += HEAD + length
    if (this.#end > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(2 * this.#end)
      this.#bytes.copy(larger, 0, 0, begin)
      this.#bytes = larger
    }
    this.#bytes[begin] = kind
    this.#put(length, begin + 1)
    return begin + HEAD
  }

  /** Four bytes, little-endian: by hand, for this is done for every message that is relayed. */
  #put(value: number, at: number): void {
    this.#bytes[at] = value
    this.#bytes[at + 1] = value >>> 8
    this.#bytes[at + 2] = value >>> 16
    this.#bytes[at + 3] = value >>> 24
  }
}

/** The mark of a start that has begun to take the journal up. */
export const ATTEMPT = Symbol('attempt')

/** Throws where the bytes are none of ours. */
export function* decodeEntries(bytes: Buffer): Iterable<JournalEntry | typeof ATTEMPT> {
  for (let at = 0; at < bytes.length;) {
    const kind = bytes.readUInt8(at)
    const rest = bytes.subarray(at + HEAD, at + HEAD + bytes.readUInt32LE(at + 1))
    at += HEAD + rest.length
    switch (kind) {
      case CHANGE:
        yield change.parse(JSON.parse(rest.toString('utf8')))
        break
      case OWED:
        yield {
          kind: 'owed',
          session: rest.readUInt32LE(0),
          sent: rest.readUInt8(4) === 1,
          frame: rest.subarray(5),
        }
        break
      case RECEIVED:
        yield { kind: 'received', session: rest.readUInt32LE(0), count: rest.readUInt32LE(4) }
        break
      case ALIVE:
        yield { kind: 'alive', at: rest.readDoubleLE(0) }
        break
      case ATTEMPTED:
        yield ATTEMPT
        break
      default:
        throw new Error(`an entry of the unknown kind ${kind}`)
    }
  }
}
