import type { Online } from '../../../application/ports/presence.ts'
import type { Device } from '../../../application/ports/session-journal.ts'
import type { SessionRecord } from '../../../application/ports/sessions.ts'
import type { LiveCall } from '../../../domain/call.ts'
import type { CallId, RoomId, SessionId, UserId } from '../../../domain/ids.ts'
import type { Room } from '../../../domain/room.ts'
import { agreeOn, type Capability } from '../../../protocol/capabilities.ts'
import { has, readWritten } from './written.ts'

/** Where a session's connection is, or was, and what its client is. */
export interface Home {
  readonly node: string
  readonly device: Device
  /** When its client came there, in the milliseconds that all nodes share; absent in what an earlier version wrote. */
  readonly came?: number
}

/** A session whose capabilities are those that there are. */
export type AgreedSession = SessionRecord & { readonly capabilities: ReadonlySet<Capability> }

/** A value that nodes share, under its key. Only nodes write them, so what is read is of the shape that was written. */
export type SharedRecord =
  | { readonly kind: 'session'; readonly id: SessionId; readonly value: AgreedSession; readonly home: Home }
  | { readonly kind: 'call'; readonly id: CallId; readonly value: LiveCall }
  | { readonly kind: 'room'; readonly id: RoomId; readonly value: Room }
  | { readonly kind: 'presence'; readonly id: UserId; readonly value: Online }

type Kind = SharedRecord['kind']

const LETTERS: Readonly<Record<Kind, string>> = { session: 's', call: 'c', room: 'r', presence: 'p' }

export function recordKey(kind: Kind, id: string): string {
  return `${LETTERS[kind]}:${id}`
}

export function writeSession({ capabilities, ...session }: SessionRecord, home: Home): string {
  return JSON.stringify({ ...session, capabilities: [...capabilities], home })
}

export function writeRecord(record: SharedRecord): string {
  return record.kind === 'session' ? writeSession(record.value, record.home) : JSON.stringify(record.value)
}

export function readRecord(key: string, text: string): SharedRecord {
  switch (key.slice(0, 1)) {
    case LETTERS.session: {
      const { home, capabilities, ...rest } = readWritten(text, isSession)
      return { kind: 'session', id: rest.id, value: { ...rest, capabilities: agreeOn(capabilities) }, home }
    }
    case LETTERS.call: {
      const value = readWritten(text, isCall)
      return { kind: 'call', id: value.id, value }
    }
    case LETTERS.room: {
      const value = readWritten(text, isRoom)
      return { kind: 'room', id: value.id, value }
    }
    default: {
      const value = readWritten(text, isOnline)
      return { kind: 'presence', id: value.user.id, value }
    }
  }
}

type WrittenSession = Omit<SessionRecord, 'capabilities'> & {
  readonly capabilities: readonly string[]
  readonly home: Home
}

function isSession(value: unknown): value is WrittenSession {
  return has(value, 'id', 'user', 'capabilities', 'home')
}

function isCall(value: unknown): value is LiveCall {
  return has(value, 'id', 'caller', 'callee', 'phase')
}

function isRoom(value: unknown): value is Room {
  return has(value, 'id', 'members')
}

function isOnline(value: unknown): value is Online {
  return has(value, 'user', 'state')
}
