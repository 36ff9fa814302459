import type { RoomId } from '../../domain/ids.ts'
import type { ContentFault } from '../../protocol/codec/decode-payload.ts'
import { decodeRequest, type Request } from '../../protocol/codec/decode-request.ts'
import type { ReceivedFrame } from '../../protocol/framing/frame.ts'
import type { ErrorReason } from '../../protocol/error-reasons.ts'
import type { ServerMessage } from '../../protocol/message-table.ts'
import { encodeMessage } from '../../protocol/codec/encode-message.ts'
import type { Capability } from '../../protocol/capabilities.ts'
import { belongsToCall } from '../../protocol/sequenced.ts'
import type { PresenceNews } from '../presence/presence-news.ts'
import { PresenceOutlet } from '../presence/presence-outlet.ts'
import { Outgoing } from './outgoing.ts'
import { presentRefusal, type WireRefusal } from './present-refusal.ts'
import { isIntroduction, isSignal } from '../../protocol/kinds.ts'
import { enteredCall } from './entered-call.ts'
import type { Session } from '../session.ts'
import type { Sink, Transport } from './sink.ts'
import { costOf, furtherCost, MALFORMED_COST, SIGN_COST } from '../rates/costs.ts'
import { refuseByVerdict } from '../rates/refuse-by-verdict.ts'
import type { Meter, Verdict } from '../rates/meter.ts'
import { type Witnesses, witnessRefusal } from './witness.ts'
import { VitalSigns } from './vital-signs.ts'
import type { Surroundings } from './surroundings.ts'

/** What happens to an endpoint goes here. */
export interface EndpointInputs {
  /** A promise while the request is being handled: the next one waits for it. `now`: when it was taken, in monotonic milliseconds. */
  readonly request: (asker: Endpoint, request: Request, now: number) => Promise<void> | undefined
  /** For a signal that is written just as `to` is to be sent it, in their active call or their room. */
  readonly relay: (session: Session, to: Session, frame: ReceivedFrame) => void
  /** Undefined where there is room for what a client may send next; else it resolves when there is. */
  readonly room: () => Promise<void> | undefined
  /** Where several nodes share sessions: resolves when it is known whether this one may still act; undefined while it may. */
  readonly doubt?: (() => Promise<void> | undefined) | undefined
  /** The connection is gone under a session. */
  readonly lost: (session: Session, endpoint: Endpoint) => void
}

export interface EndpointContext extends Surroundings, Witnesses {
  readonly inputs: EndpointInputs
}

const NOTHING_AGREED: ReadonlySet<Capability> = new Set()

/** No message has it: what has no type that can be read counts as unknown. */
const NO_TYPE = 0

/** Our end of one connection, whatever carries it: takes frames in, puts messages out, keeps the deadlines. */
export class Endpoint {
  /** Names the connection in the log. */
  readonly id: number
  readonly address: string
  readonly transport: Transport
  /** What its HELLO called itself; empty where there was none. */
  client = ''
  readonly #sink: Sink
  readonly #context: EndpointContext
  readonly #signs: VitalSigns
  readonly #out: Outgoing
  readonly #meter: Meter
  #session: Session | undefined
  /** What was agreed on; undefined for a client that has not said HELLO. */
  #agreed: ReadonlySet<Capability> | undefined
  /** Who is leaving asks nothing more and still gets its answers. */
  #phase: 'open' | 'leaving' | 'gone' = 'open'
  #busy = false
  readonly presence: PresenceOutlet
  /** The client knows that the daemon is about to stop. */
  #forewarned = false

  constructor(id: number, sink: Sink, context: EndpointContext) {
    this.id = id
    this.#sink = sink
    this.address = sink.address
    this.transport = sink.transport
    this.#context = context
    this.#signs = new VitalSigns(context.clock.monotonicMs(), sink.hasPings)
    this.#out = new Outgoing({ sink, signs: this.#signs, ...context })
    this.#meter = context.rates.meter(sink.address)
    this.presence = new PresenceOutlet(sink, this.#out, context.figures.presence)
  }

  get session(): Session | undefined {
    return this.#session
  }

  get capabilities(): ReadonlySet<Capability> {
    return this.#agreed ?? NOTHING_AGREED
  }

  negotiate(agreed: ReadonlySet<Capability>): void {
    this.#agreed = agreed
    this.#sink.joinFrames()
  }

  /** A request is being handled. */
  get isBusy(): boolean {
    return this.#busy
  }

  get isOpen(): boolean {
    return this.#phase !== 'gone'
  }

  /** Nothing more will be asked: what is under way is answered, and begins nothing that would last. */
  get isLeaving(): boolean {
    return this.#phase === 'leaving'
  }

  leave(): void {
    if (this.#phase === 'open') this.#phase = 'leaving'
  }

  bind(session: Session | undefined): void {
    this.#session = session
    this.#meter.user = session?.user.id
    if (session !== undefined) this.#sink.trust()
    else {
      this.#sink.distrust()
      // What happens from now on it is not told, so that this would be old news after another login.
      this.presence.forget()
    }
    // A store that waits leaves time to go away between the last look and now.
    if (session !== undefined && !this.isOpen) this.#context.inputs.lost(session, this)
  }

  /** A promise while the frame is being handled; the next must wait for it. Never rejects. */
  receive(frame: ReceivedFrame): Promise<void> | undefined {
    const doubt = this.#context.inputs.doubt?.()
    if (doubt !== undefined) return doubt.then(() => (this.isOpen ? this.receive(frame) : undefined))
    const handling = this.#take(frame)
    const room = this.#context.inputs.room()
    return room === undefined || handling === undefined ? (handling ?? room) : handling.then(() => room)
  }

  #take(frame: ReceivedFrame): Promise<void> | undefined {
    const { clock, inputs, figures } = this.#context
    const now = clock.monotonicMs()
    this.#signs.heard(now)
    figures.received.add(frame.type)
    // The hot path: neither parsed nor written anew, so the whole of it is here and in `inputs.relay`.
    const { session } = this
    const to = session?.addressed(frame)
    if (session !== undefined && to !== undefined) {
      const verdict = this.#meter.chargeSignal(costOf(frame.type, frame.payload.length), now)
      if (this.#grants(verdict, frame.type)) {
        session.took(frame.type)
        inputs.relay(session, to, frame)
        if (to.endpoint !== undefined) figures.signals.relayed(now)
      }
      return undefined
    }
    const decoded = decodeRequest(frame)
    if (!decoded.ok) return this.mishear(decoded.error, frame.type)
    const request = decoded.value
    const { type } = request.message
    if (isIntroduction(type)) this.#signs.introduced()
    const cost = costOf(frame.type, frame.payload.length)
    const verdict =
      session?.maySignal === true && isSignal(type)
        ? this.#meter.chargeSignal(cost, now)
        : this.#meter.charge(type, cost, now)
    const granted =
      verdict.kind === 'granted' ||
      this.#grants(verdict, frame.type, request.requestId, enteredCall(request.message, session))
    if (!granted) return undefined
    try {
      const handling = inputs.request(this, request, now)
      return handling === undefined ? undefined : this.#handled(handling, frame.type, request.requestId)
    } catch (error) {
      this.#broken(error, frame.type, request.requestId)
      return undefined
    }
  }

  /** For a message that cannot be read; of which type it is may be known. */
  mishear(fault: ContentFault, type?: number): Promise<void> | undefined {
    const now = this.#context.clock.monotonicMs()
    this.#signs.heard(now)
    if (type === undefined) this.#context.figures.received.add(NO_TYPE)
    const verdict = this.#meter.charge(undefined, MALFORMED_COST, now)
    if (this.#grants(verdict, type, fault.requestId)) this.refuse(fault, type, fault.requestId)
    return undefined
  }

  /** A sign of life below the messages, which costs as a small one does; whether it is to be answered. */
  takeSign(): boolean {
    const now = this.#context.clock.monotonicMs()
    this.#signs.heard(now)
    const verdict = this.#meter.charge(undefined, SIGN_COST, now)
    // Nobody is told: that would be more than what it answers.
    if (verdict.kind === 'expelled') this.#grants(verdict)
    return verdict.kind === 'granted'
  }

  /** RATE-1, RATE-3: what exceeds a limit is not heard, and whoever goes on is disconnected. */
  #grants(verdict: Verdict, inReplyTo?: number, requestId?: string, entered?: string): boolean {
    if (verdict.kind === 'granted') return true
    const refusal = refuseByVerdict(verdict, this, inReplyTo, this.#context)
    if (verdict.kind === 'expelled') this.fail(refusal)
    else this.refuse({ ...refusal, entered }, inReplyTo, requestId)
    return false
  }

  /** A client is not silent while it waits for us. */
  async #handled(handling: Promise<void>, type: number, requestId: string | undefined): Promise<void> {
    this.#busy = true
    try {
      await handling
    } catch (error) {
      this.#broken(error, type, requestId)
    }
    this.#busy = false
    this.#signs.heard(this.#context.clock.monotonicMs())
  }

  send(message: ServerMessage, requestId?: string): void {
    this.sendFrame(encodeMessage(message, { requestId }))
  }

  /** For a view into what another client has sent. */
  passOn(frame: Buffer): void {
    if (this.isOpen) this.#out.view(frame)
  }

  sendFrame(frame: Buffer): void {
    if (this.isOpen) this.#out.frame(frame)
  }

  /** An answer whose size depends on more than the question: what it costs is charged afterwards (RATE-2). */
  answerAtCost(frame: Buffer): void {
    this.#meter.spend(furtherCost(frame.length), this.#context.clock.monotonicMs())
    this.sendFrame(frame)
  }

  /** In one breath: nothing comes in between. */
  sendFrames(frames: readonly Buffer[]): void {
    if (this.isOpen) this.#out.frames(frames)
  }

  tellPresence(news: PresenceNews, own: number | undefined): void {
    if (this.isOpen) this.presence.tell(news, own)
  }

  tellRoom(room: RoomId, frame: Buffer): void {
    if (this.isOpen) this.presence.tellRoom(room, frame)
  }

  /** What is refused about a call is owed to the session that asked, wherever it is by now. */
  refuse(
    refusal: WireRefusal,
    inReplyTo: number | undefined,
    requestId: string | undefined,
    session = this.#session,
  ): void {
    this.#context.log.debug({ conn: this.id, in_reply_to: inReplyTo, reason: refusal.reason }, 'refused')
    witnessRefusal(this.#context, refusal, inReplyTo, this.address)
    if (inReplyTo !== undefined) session?.took(inReplyTo)
    const to = (inReplyTo !== undefined && belongsToCall(inReplyTo) ? session : undefined) ?? this
    const negotiated = this.#agreed !== undefined
    for (const message of presentRefusal(refusal, { inReplyTo, negotiated })) to.send(message, requestId)
  }

  heartbeat(timestamp: number, requestId: string | undefined): void {
    if (this.#signs.takeHeartbeat(timestamp))
      this.send({ type: 'HEARTBEAT', payload: { timestamp } }, requestId)
  }

  /** Keeps the deadlines; `now` in monotonic milliseconds. `isThere`: the sink knows so, whatever the client says. */
  tick(now: number, isThere = false): void {
    if (isThere) this.#signs.heard(now)
    if (this.isOpen) this.presence.tellMissed()
    if (this.#busy) return
    const { loginTimeoutMs, heartbeat, clock } = this.#context
    const due = this.#signs.due(now, heartbeat, loginTimeoutMs)
    if (due === 'nothing') return
    if (due === 'heartbeat') {
      const timestamp = clock.wallMs()
      this.#signs.sentHeartbeat(timestamp)
      this.send({ type: 'HEARTBEAT', payload: { timestamp } })
    } else if (due === 'ping') {
      this.#signs.pinged(now)
      this.#sink.ping()
    } else this.fail({ reason: due })
  }

  /** The last word: tells the client why and ends the connection. */
  fail(refusal: WireRefusal): void {
    const { reason, looksLike } = refusal
    if (this.isOpen) this.#context.figures.refusals.add(reason)
    const lastWords = presentRefusal(refusal, { negotiated: this.#agreed !== undefined })
    this.#end(reason, lastWords, { looks_like: looksLike })
  }

  /** The daemon is about to stop, and this connection goes on until `goAway`. Who agreed on it is told, once. */
  forewarn(reconnectAfterMs: number): void {
    if (this.#forewarned || !this.capabilities.has('goaway')) return
    this.#forewarned = true
    this.send({ type: 'GOAWAY', payload: { reason: 'draining', reconnect_after_ms: reconnectAfterMs } })
  }

  /** The daemon stops. Who agreed on it is told when to come back. */
  goAway(reconnectAfterMs: number): void {
    const reason = 'shutting_down'
    const payload = { reason, reconnect_after_ms: reconnectAfterMs }
    if (this.capabilities.has('goaway')) this.#end(reason, [{ type: 'GOAWAY', payload }])
    else this.fail({ reason })
  }

  #end(reason: ErrorReason, lastWords: readonly ServerMessage[], facts: object = {}): void {
    if (!this.isOpen) return
    const { log } = this.#context
    log[this.#sink.isSilent ? 'debug' : 'info'](
      { conn: this.id, reason, ...facts },
      'connection ended by the server',
    )
    for (const message of lastWords) this.send(message)
    this.#sink.end(reason)
    this.lost()
  }

  /** The connection is gone. */
  lost(): void {
    if (!this.isOpen) return
    this.#phase = 'gone'
    if (this.#session !== undefined) this.#context.inputs.lost(this.#session, this)
  }

  #broken(error: unknown, inReplyTo: number, requestId: string | undefined): void {
    this.#context.log.error(
      { conn: this.id, in_reply_to: inReplyTo, err: error },
      'fault while handling a message',
    )
    this.refuse({ reason: 'internal' }, inReplyTo, requestId)
  }
}
