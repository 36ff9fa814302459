import type { CallLink } from '../application/signaling/relay-signal.ts'
import type { SessionId } from '../domain/ids.ts'
import type { User } from '../domain/user.ts'
import type { Capability } from '../protocol/capabilities.ts'
import { type EncodedMessage, encodeLater, numbered } from '../protocol/encode-message.ts'
import { encodeFrame, type ReceivedFrame } from '../protocol/frame.ts'
import type { ServerMessage } from '../protocol/message-table.ts'
import { isSequenced } from '../protocol/sequenced.ts'
import type { Outbox } from './outbox.ts'
import type { PresenceNews } from './presence-news.ts'
import type { WireRefusal } from './present-refusal.ts'

/** How a session is reached: the endpoint of its connection. */
export interface Reach {
  /** Names the connection in the log. */
  readonly id: number
  readonly capabilities: ReadonlySet<Capability>
  /** Takes the place of what was agreed on. */
  negotiate(agreed: ReadonlySet<Capability>): void
  send(message: ServerMessage, requestId?: string): void
  sendFrame(frame: Buffer): void
  /** For a view into what another client has sent. */
  passOn(frame: Buffer): void
  /** `own`: which of the changes is about its own user. */
  tellPresence(news: PresenceNews, own: number | undefined): void
  fail(refusal: WireRefusal): void
  bind(session: Session | undefined): void
}

/** What a session needs to outlive its connection. */
export interface Resumption {
  readonly outbox: Outbox
  /** How many messages of calls were taken from the client: it repeats what went down with a connection (RESUME-4). */
  received: number
  /** Hashes. `previous` is good until the client shows that it has got the current one. */
  tokens: { readonly current: string | undefined; readonly previous: string | undefined }
}

/** A login: who, and how to reach it. It is not the connection, which it can lose and regain. */
export class Session {
  readonly id: SessionId
  readonly user: User
  /** Undefined where the client did not agree on `resume`: the session ends with its connection. */
  readonly resumption: Resumption | undefined
  /** Undefined while its connection is lost. */
  endpoint: Reach | undefined
  /** What was agreed on before its login. */
  readonly capabilities: ReadonlySet<Capability>
  /** Its call, ringing or active: all that relaying needs. */
  call: CallLink | undefined
  /** How what it signals to its peer begins, while it may. */
  signalHead: Buffer | undefined
  /** When its TURN credentials are to be renewed, in monotonic milliseconds. */
  renewIceAt: number | undefined
  ended = false

  constructor(
    { id, user }: { readonly id: SessionId; readonly user: User },
    capabilities: ReadonlySet<Capability>,
    resumption: Resumption | undefined,
  ) {
    this.id = id
    this.user = user
    this.capabilities = capabilities
    this.resumption = resumption
  }

  /** At once where there is a connection; what belongs to a call also later where there is none. */
  send(message: ServerMessage, requestId?: string): void {
    if (this.resumption === undefined || !isSequenced(message)) {
      this.endpoint?.send(message, requestId)
      return
    }
    const { outbox } = this.resumption
    this.#owe(encodeLater(message, { seq: outbox.nextSeq, requestId }))
  }

  /** A message that its peer has written just as it is to be sent. */
  passOn({ type, payload, whole }: ReceivedFrame): void {
    if (this.resumption === undefined) this.endpoint?.passOn(whole)
    else this.#owe(numbered(type, payload, this.resumption.outbox.nextSeq))
  }

  #owe(message: EncodedMessage): void {
    this.resumption?.outbox.add(message)
    this.endpoint?.sendFrame(encodeFrame(message.code, message.text))
  }
}
