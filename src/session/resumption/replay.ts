import type {
  Device,
  JournalEntry,
  Owed,
  RoomRecord,
  TokenHashes,
} from '../../application/ports/session-journal.ts'
import type { LiveCall } from '../../domain/call.ts'
import type { CallId, RoomId, SessionId, UserId } from '../../domain/ids.ts'
import type { Member, Room } from '../../domain/room.ts'
import type { User } from '../../domain/user.ts'
import type { Watching } from '../../domain/watching.ts'
import { subjectOf, textField } from '../../protocol/subject.ts'
import { LENGTH_BYTES, TYPE_BYTES } from '../../protocol/framing/frame.ts'
import { Outbox, type OutboxLimits } from './outbox.ts'

/** A session as the last run left it. */
export interface LeftSession {
  readonly id: SessionId
  readonly user: User
  readonly device: Device | undefined
  readonly capabilities: readonly string[]
  readonly tokens: TokenHashes
  readonly received: number
  /** Unix milliseconds. */
  readonly detachedSince: number
  readonly outbox: Outbox
  readonly watching: Watching | undefined
}

export interface Left {
  readonly sessions: readonly LeftSession[]
  /** Their instants in Unix milliseconds. */
  readonly calls: readonly LiveCall[]
  /** The same. */
  readonly rooms: readonly Room[]
}

type Replayed = Omit<LeftSession, 'detachedSince'> & { readonly detachedSince: number | undefined }

/** What the entries of a journal come to. Who had a connection when they end lost it then. */
export function replay(entries: Iterable<JournalEntry>, limits: OutboxLimits): Left {
  const sessions = new Map<number, Replayed>()
  const calls = new Map<CallId, LiveCall>()
  const rooms = new Map<RoomId, RoomRecord>()
  const members = new Map<RoomId, Map<UserId, Member>>()
  let lastAlive = 0

  for (const entry of entries) {
    switch (entry.kind) {
      case 'alive':
        lastAlive = entry.at
        break
      case 'session': {
        const { id, user, device, capabilities, tokens, received, detachedSince, watching } = entry
        const outbox = new Outbox(limits, undefined, entry.nextSeq)
        const left = { id, user, device, capabilities, tokens, received, detachedSince, outbox, watching }
        sessions.set(entry.session, left)
        break
      }
      case 'tokens':
        update(entry.session, { tokens: entry.tokens })
        break
      case 'watches':
        update(entry.session, { watching: entry.watching })
        break
      case 'detached':
        update(entry.session, { detachedSince: entry.since })
        break
      case 'attached':
        sessions.get(entry.session)?.outbox.handOver()
        update(entry.session, { detachedSince: undefined })
        break
      case 'ended':
        sessions.delete(entry.session)
        break
      case 'received':
        update(entry.session, { received: entry.count })
        break
      case 'acknowledged':
        sessions.get(entry.session)?.outbox.acknowledge(entry.seq)
        break
      case 'overflowed':
        sessions.get(entry.session)?.outbox.forgetAll()
        break
      case 'owed':
        sessions.get(entry.session)?.outbox.add(owedIn(entry.frame), entry.frame.length, entry.sent)
        break
      case 'call':
        calls.set(entry.call.id, entry.call)
        break
      case 'call-ended':
        calls.delete(entry.id)
        break
      case 'room':
        rooms.set(entry.room.id, entry.room)
        break
      case 'room-member':
        membersOf(entry.room).set(entry.member.user.id, entry.member)
        break
      case 'room-member-left':
        membersOf(entry.room).delete(entry.user)
        break
      case 'room-ended':
        rooms.delete(entry.id)
        members.delete(entry.id)
        break
      default:
        entry satisfies never
    }
  }

  return {
    sessions: [...sessions.values()].map((session) => ({
      ...session,
      detachedSince: session.detachedSince ?? lastAlive,
    })),
    calls: [...calls.values()],
    rooms: [...rooms.values()].map((room) => ({ ...room, members: [...membersOf(room.id).values()] })),
  }

  function membersOf(room: RoomId): Map<UserId, Member> {
    const found = members.get(room) ?? new Map<UserId, Member>()
    members.set(room, found)
    return found
  }

  // What is told of a session before it is itself is old news: a dump comes to it later.
  function update(number: number, change: Partial<Replayed>): void {
    const session = sessions.get(number)
    if (session !== undefined) sessions.set(number, { ...session, ...change })
  }
}

/** The message without its number, which it may get anew. `seq`, and after it `request_id`, stand at the very end. */
function owedIn(frame: Buffer): Owed {
  const code = frame.readUInt8(LENGTH_BYTES)
  const numbered = frame.toString('utf8', LENGTH_BYTES + TYPE_BYTES)
  const text = `${numbered.slice(0, numbered.lastIndexOf('"seq":')).replace(/,$/, '')}}`
  const payload: unknown = JSON.parse(numbered)
  if (typeof payload !== 'object' || payload === null) throw new Error('a message that is no object')
  return { code, text, requestId: textField(payload, 'request_id'), ...subjectOf(payload) }
}
