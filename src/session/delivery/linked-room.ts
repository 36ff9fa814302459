import type { RoomLink } from '../../application/room/relay-in-room.ts'
import type { RoomId, UserId } from '../../domain/ids.ts'
import type { ReceivedFrame } from '../../protocol/framing/frame.ts'
import {
  isVerbatimSignal,
  roomSignalHead,
  signalHead,
  verbatimAddressee,
} from '../../protocol/verbatim/verbatim-signal.ts'
import type { RoomPlace, Session } from '../session.ts'

/** A room as relaying needs it: one for the sessions of all its members. */
export class LinkedRoom implements RoomLink {
  readonly id: RoomId
  readonly #sessions = new Map<string, Session>()

  constructor(id: RoomId) {
    this.id = id
  }

  get sessions(): Iterable<Session> {
    return this.#sessions.values()
  }

  get size(): number {
    return this.#sessions.size
  }

  sessionOf(user: string): Session | undefined {
    return this.#sessions.get(user)
  }

  add(session: Session): void {
    this.#sessions.set(session.user.id, session)
  }

  remove(user: UserId): void {
    this.#sessions.delete(user)
  }

  addressee(
    to: string,
    signal: { readonly from: UserId; readonly bytes: number },
  ): UserId | 'full' | undefined {
    const session = this.#sessions.get(to)
    if (session === undefined) return undefined
    const isFull = session.endpoint === undefined && session.resumption?.outbox.takesSignal(signal) === false
    return isFull ? 'full' : session.user.id
  }
}

export class InRoom implements RoomPlace {
  readonly room: LinkedRoom
  readonly seat = undefined
  readonly #self: Session
  /** How its signals begin, up to whom they are for. */
  readonly #head: Buffer
  /** To whom it signalled last, and how that began: candidates come one after another. */
  #latest: { readonly to: string; readonly head: Buffer } | undefined

  constructor(room: LinkedRoom, self: Session) {
    this.room = room
    this.#self = self
    this.#head = roomSignalHead(room.id, self.user.id)
  }

  addressed(frame: ReceivedFrame): Session | undefined {
    const to = this.#addressee(frame)
    const session = to === undefined ? undefined : this.room.sessionOf(to)
    return session?.endpoint === undefined || session === this.#self ? undefined : session
  }

  #addressee(frame: ReceivedFrame): string | undefined {
    if (this.#latest !== undefined && isVerbatimSignal(frame, this.#latest.head)) return this.#latest.to
    const to = verbatimAddressee(frame, this.#head)
    if (to !== undefined) this.#latest = { to, head: signalHead(this.room.id, this.#self.user.id, to) }
    return to
  }
}
