import type { Device, Owed } from '../application/ports/session-journal.ts'
import type { Seat } from '../application/ports/sfu.ts'
import type { RoomLink } from '../application/room/relay-in-room.ts'
import type { CallLink } from '../application/signaling/relay-signal.ts'
import type { RoomId, SessionId } from '../domain/ids.ts'
import type { User } from '../domain/user.ts'
import type { Watching } from '../domain/watching.ts'
import type { Capability } from '../protocol/capabilities.ts'
import { withRequestId } from '../protocol/codec/encode-message.ts'
import { encodeFrame, type ReceivedFrame } from '../protocol/framing/frame.ts'
import type { ServerMessage } from '../protocol/message-table.ts'
import { belongsToCall, isSequenced } from '../protocol/sequenced.ts'
import { isVerbatimSignal } from '../protocol/verbatim/verbatim-signal.ts'
import { owedOf } from './resumption/owed-of.ts'
import type { Resumption } from './resumption/resumption.ts'
import type { PresenceNews } from './presence/presence-news.ts'
import type { WireRefusal } from './conversation/present-refusal.ts'
import type { Transport } from './conversation/sink.ts'

/** How a session is reached: the endpoint of its connection. */
export interface Reach {
  /** Names the connection in the log. */
  readonly id: number
  /** As limits count it. */
  readonly address: string
  readonly transport: Transport
  readonly capabilities: ReadonlySet<Capability>
  /** What its HELLO called itself; empty where there was none. */
  readonly client: string
  /** Takes the place of what was agreed on. */
  negotiate(agreed: ReadonlySet<Capability>): void
  send(message: ServerMessage, requestId?: string): void
  sendFrame(frame: Buffer): void
  /** In one write, where the transport allows. */
  sendFrames(frames: readonly Buffer[]): void
  /** For a view into what another client has sent. */
  passOn(frame: Buffer): void
  /** `own`: which of the changes is about its own user. */
  tellPresence(news: PresenceNews, own: number | undefined): void
  /** `frame`: of a room that it watches. */
  tellRoom(room: RoomId, frame: Buffer): void
  fail(refusal: WireRefusal): void
  bind(session: Session | undefined): void
}

/** Where several nodes share sessions: takes what is owed outside of a commit to wherever the session is. */
export interface PostOffice {
  /** A commit is being carried out: what a session is owed by it is kept for it already. */
  readonly isCarryingOut: boolean
  /** `by`: whose client has sent it. */
  post(to: Session, owed: Owed, by: Session | undefined): void
  /** What is not numbered, and lost where its client is away. */
  inform(to: Session, news: Owed): void
}

/** A session's place in a room. */
export interface RoomPlace {
  readonly room: RoomLink & { sessionOf(user: string): Session | undefined }
  /** At the SFU, where the room's media go through one: its signals are for that alone. */
  readonly seat: Seat | undefined
  /** To whom a signal goes that can be passed on as it is. */
  addressed(frame: ReceivedFrame): Session | undefined
}

/** A login: who, and how to reach it. It is not the connection, which it can lose and regain. */
export class Session {
  readonly id: SessionId
  readonly user: User
  /** Undefined where the client did not agree on `resume`: the session ends with its connection. */
  resumption: Resumption | undefined
  /** Another node has it: what is known of it here. */
  elsewhere: { readonly connected: boolean } | undefined
  readonly #office: PostOffice | undefined
  /** Undefined while its connection is lost. */
  endpoint: Reach | undefined
  /** By what its client is connected, or was. */
  device: Device
  /** What was agreed on before its login. */
  readonly capabilities: ReadonlySet<Capability>
  /** Its call, ringing or active: all that relaying needs. */
  call: CallLink | undefined
  /** The other party's, while the call is active: what is relayed goes there. */
  peer: Session | undefined
  /** How what it signals to its peer begins, while it may. */
  signalHead: Buffer | undefined
  /** Its place in a room, while it is in one. */
  room: RoomPlace | undefined
  /** Undefined until its client has said so. */
  watching: Watching | undefined
  /** When its TURN credentials are to be renewed, in monotonic milliseconds. */
  renewIceAt: number | undefined
  ended = false
  /** What is numbered already, and leaves together before anything else does. */
  #waiting: Buffer[] | undefined

  constructor(
    { id, user, device }: { readonly id: SessionId; readonly user: User; readonly device: Device },
    capabilities: ReadonlySet<Capability>,
    resumption: Resumption | undefined,
    office?: PostOffice,
  ) {
    this.id = id
    this.user = user
    this.device = device
    this.capabilities = capabilities
    this.resumption = resumption
    this.#office = office
  }

  /** Its client has a connection, here or elsewhere. */
  get isConnected(): boolean {
    return this.elsewhere?.connected ?? this.endpoint !== undefined
  }

  /** Its signals are part of something that both sides agreed to, and have limits of their own. */
  get maySignal(): boolean {
    return this.call?.active === true || this.room !== undefined
  }

  /** To whom a signal goes that is written just as it is to be sent; undefined where it must be looked into. */
  addressed(frame: ReceivedFrame): Session | undefined {
    if (this.signalHead === undefined) return this.room?.addressed(frame)
    return isVerbatimSignal(frame, this.signalHead) ? this.peer : undefined
  }

  /** That user, in its call or room, has a connection: what is relayed goes out at once. */
  reaches(user: string): boolean {
    return (this.peer ?? this.room?.room.sessionOf(user))?.endpoint !== undefined
  }

  /** By which it takes part in the call or room. */
  isIn(id: string): boolean {
    return (this.call?.active === true && this.call.id === id) || this.room?.room.id === id
  }

  /** A message of its client is settled: granted or refused. One of a call is counted, and never to come again. */
  took(type: number): void {
    if (this.resumption !== undefined && belongsToCall(type)) this.resumption.took()
  }

  /** At once where there is a connection; what belongs to a call also later where there is none. */
  send(message: ServerMessage, requestId?: string, by?: Session): void {
    this.sendWaiting()
    if (this.#isToldAtOnce(by) || !isSequenced(message)) {
      this.endpoint?.send(message, requestId)
      return
    }
    // What refuses a request of a call answers its own client.
    this.#owe(owedOf(message, requestId), message.type === 'ERROR' ? this : by)
  }

  /** What is not numbered: to its connection, wherever that is. A client that is away asks for how things are. */
  inform(message: ServerMessage, requestId?: string): void {
    if (this.elsewhere === undefined) this.endpoint?.send(message, requestId)
    else if (this.elsewhere.connected && !this.ended) this.#office?.inform(this, owedOf(message, requestId))
  }

  /** What many are told: `owed` where it is numbered, `frame` where it is not. `waits`: until `sendWaiting`. */
  tell(owed: Owed, frame: () => Buffer, waits: boolean): void {
    const { resumption, endpoint } = this
    if (this.elsewhere !== undefined) return
    const written = resumption === undefined ? frame() : resumption.owe(owed, endpoint !== undefined)
    if (endpoint === undefined) return
    this.#waiting ??= []
    this.#waiting.push(written)
    if (!waits) this.sendWaiting()
  }

  /** What another has posted to it. `isPassing`: it is not numbered. */
  take(owed: Owed, isPassing: boolean): void {
    if (this.elsewhere !== undefined) return
    this.sendWaiting()
    const { code, text, requestId } = owed
    if (this.resumption === undefined || isPassing)
      this.endpoint?.sendFrame(
        encodeFrame(code, requestId === undefined ? text : withRequestId(text, requestId)),
      )
    else this.#oweHere(this.resumption, owed)
  }

  sendWaiting(): void {
    if (this.#waiting === undefined) return
    this.endpoint?.sendFrames(this.#waiting)
    this.#waiting = undefined
  }

  /** Its client has another connection, or none: what waits is among what it has missed. */
  forgetWaiting(): void {
    this.#waiting = undefined
  }

  /** A signal that another has written just as it is to be sent: all of it is ASCII. `about`: their call or room. */
  passOn({ type, payload, whole }: ReceivedFrame, about: string | undefined, by: Session): void {
    this.sendWaiting()
    if (this.#isToldAtOnce(by)) {
      this.endpoint?.passOn(whole)
      return
    }
    const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('latin1')
    this.#owe({ code: type, text, about, from: by.user.id }, by)
  }

  /**
   * Not what a client that can resume has sent, where nodes share sessions: it is passed on together with the count of it, or
   * not at all, because the client may have come to another node meanwhile and send it again there.
   */
  #isToldAtOnce(by: Session | undefined): boolean {
    if (this.resumption !== undefined || this.elsewhere !== undefined) return false
    return this.#office?.isCarryingOut !== false || by?.resumption === undefined
  }

  #owe(owed: Owed, by: Session | undefined): void {
    if (this.#office?.isCarryingOut === false && !this.ended) this.#office.post(this, owed, by)
    else if (this.resumption !== undefined) this.#oweHere(this.resumption, owed)
  }

  #oweHere(resumption: Resumption, owed: Owed): void {
    const frame = resumption.owe(owed, this.endpoint !== undefined)
    this.endpoint?.sendFrame(frame)
  }
}
