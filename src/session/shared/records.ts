import type { Online } from '../../application/ports/presence.ts'
import type { Device } from '../../application/ports/session-journal.ts'
import type { SessionRecord } from '../../application/ports/sessions.ts'
import type { LiveCall } from '../../domain/call.ts'
import type { CallId, RoomId, SessionId, UserId } from '../../domain/ids.ts'
import type { Room } from '../../domain/room.ts'
import { agreeOn } from '../../protocol/capabilities.ts'

/** Where a session's connection is, or was, and what its client is. */
export interface Home {
  readonly node: string
  readonly device: Device
}

/** A value that nodes share, under its key. Only nodes write them, so what is read is of the shape that was written. */
export type SharedRecord =
  | { readonly kind: 'session'; readonly id: SessionId; readonly value: SessionRecord; readonly home: Home }
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

/** What a key names, whether or not it has a value. */
export function readKey(key: string): { readonly kind: Kind; readonly id: string } {
  const letter = key.slice(0, 1)
  const id = key.slice(2)
  switch (letter) {
    case 's':
      return { kind: 'session', id }
    case 'c':
      return { kind: 'call', id }
    case 'r':
      return { kind: 'room', id }
    default:
      return { kind: 'presence', id }
  }
}

export function readRecord(key: string, text: string): SharedRecord {
  const { kind } = readKey(key)
  switch (kind) {
    case 'session': {
      type Written = Omit<SessionRecord, 'capabilities'> & {
        readonly capabilities: readonly string[]
        readonly home: Home
      }
      const { home, capabilities, ...rest } = JSON.parse(text) as Written
      return { kind, id: rest.id, value: { ...rest, capabilities: agreeOn(capabilities) }, home }
    }
    case 'call': {
      const value = JSON.parse(text) as LiveCall
      return { kind, id: value.id, value }
    }
    case 'room': {
      const value = JSON.parse(text) as Room
      return { kind, id: value.id, value }
    }
    case 'presence': {
      const value = JSON.parse(text) as Online
      return { kind, id: value.user.id, value }
    }
  }
}
