import type { LiveCall } from '../../domain/call.ts'
import type { CallId, RoomId, SessionId, UserId } from '../../domain/ids.ts'
import type { Member, Room } from '../../domain/room.ts'
import type { User } from '../../domain/user.ts'
import type { Watching } from '../../domain/watching.ts'

/** Hashes; `previous` is still good because the client may not know the current one. */
export interface TokenHashes {
  readonly current?: string | undefined
  readonly previous?: string | undefined
}

/** What a session's client is, for its user to know it by. */
export interface Device {
  /** What its HELLO called itself; empty where there was none. */
  readonly client: string
  /** What carries its connection, or carried it. */
  readonly transport: string
  /** When it logged in, in Unix milliseconds. */
  readonly since: number
}

/** A message that a client is owed: the code of its type and the text of its payload, without its number. */
export interface Owed {
  readonly code: number
  readonly text: string
  readonly requestId?: string | undefined
  /** The call or the room that it is about. */
  readonly about?: string | undefined
  /** Of a signal, whose it is; of news of a room, of which member. */
  readonly from?: string | undefined
  /** Of news of a room, what happened to the member. */
  readonly event?: string | undefined
}

/** A room without its members, each of whom is an entry of its own. */
export type RoomRecord = Omit<Room, 'members'>

/**
 * What changes about sessions that can be resumed, their calls and rooms, as plain data, in the order in which it happens.
 * A session is named by its number, which no other of the same run has. Instants are Unix milliseconds.
 */
export type Change =
  /** It is there, with an empty outbox, whose next message bears `nextSeq`. */
  | {
      readonly kind: 'session'
      readonly session: number
      readonly id: SessionId
      readonly user: User
      /** Absent in what an earlier version wrote. */
      readonly device?: Device | undefined
      readonly capabilities: readonly string[]
      readonly tokens: TokenHashes
      /** How many messages of calls were taken from the client. */
      readonly received: number
      readonly nextSeq: number
      readonly detachedSince?: number | undefined
      /** Absent until its client has said so, and in what an earlier version wrote. */
      readonly watching?: Watching | undefined
    }
  | { readonly kind: 'tokens'; readonly session: number; readonly tokens: TokenHashes }
  | { readonly kind: 'watches'; readonly session: number; readonly watching: Watching }
  | { readonly kind: 'detached'; readonly session: number; readonly since: number }
  /** All that it is owed goes out again. */
  | { readonly kind: 'attached'; readonly session: number }
  | { readonly kind: 'ended'; readonly session: number }
  | { readonly kind: 'acknowledged'; readonly session: number; readonly seq: number }
  /** Its outbox was given up. */
  | { readonly kind: 'overflowed'; readonly session: number }
  /** In the place of an earlier one with the same id. */
  | { readonly kind: 'call'; readonly call: LiveCall }
  | { readonly kind: 'call-ended'; readonly id: CallId }
  /** In the place of an earlier one with the same id, whose members stay. */
  | { readonly kind: 'room'; readonly room: RoomRecord }
  /** In the place of an earlier one of the same user. */
  | { readonly kind: 'room-member'; readonly room: RoomId; readonly member: Member }
  | { readonly kind: 'room-member-left'; readonly room: RoomId; readonly user: UserId }
  | { readonly kind: 'room-ended'; readonly id: RoomId }

/** Takes changes down. Those of one tick of the event loop are kept whole or not at all. */
export interface CommitLog {
  changed(change: Change): void
  /** `frame`: the message as it is written, with its number. `sent`: it had a connection to go out by. */
  owed(session: number, frame: Buffer, sent: boolean): void
  /** `count` messages of calls have been taken from the client by now. */
  received(session: number, count: number): void
}

/** What can be read back: the two that have a form of their own, and the instants at which the writer was alive. */
export type JournalEntry =
  | Change
  | { readonly kind: 'owed'; readonly session: number; readonly sent: boolean; readonly frame: Buffer }
  | { readonly kind: 'received'; readonly session: number; readonly count: number }
  | { readonly kind: 'alive'; readonly at: number }

/** Writes all that is there now, a piece at a time: between two pieces anything may change. */
export type Dump = (log: CommitLog) => Iterable<void>

/** Keeps sessions and calls beyond the end of the process, in whatever way it ends (RESUME-13). */
export interface SessionJournal extends CommitLog {
  /** What the last run left; undefined where there is nothing that can be used. */
  read(): Promise<readonly JournalEntry[] | undefined>
  /** From now on changes are taken down: first what is there. */
  begin(dump: Dump): Promise<void>
  /** Something was taken down that is not safe yet. */
  readonly isHolding: boolean
  /** What was taken down is safe from the end of the process when this returns. To be called before anybody is told. */
  release(): void
  /** From time to time, while there is anything to keep. */
  alive(): void
  /** The end in good order: what is there now becomes all that is kept, durable when answered. */
  close(dump: Dump): Promise<void>
}
