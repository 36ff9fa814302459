import type { Socket as NetSocket } from 'node:net'
import type { Socket } from 'socket.io'
import type { User } from '../../domain/user.ts'
import { agreeOn } from '../../protocol/capabilities.ts'
import { type NamedMessage, namedMessages, receivedFrame } from '../../protocol/codec/named-message.ts'
import { type ErrorReason } from '../../protocol/error-reasons.ts'
import { LENGTH_BYTES } from '../../protocol/framing/frame.ts'
import { type ClientMessage, messageTable } from '../../protocol/message-table.ts'
import { Endpoint, type EndpointContext } from '../../session/conversation/endpoint.ts'
import type { Sink } from '../../session/conversation/sink.ts'
import { addressKey } from '../admission/address/address-key.ts'
import { type Peer, peerFields } from '../admission/peer.ts'
import type { Occupant } from '../admission/places.ts'
import type { Reception } from '../admission/reception.ts'
import type { ConnectionLimits } from '../connection/connection.ts'
import type { Gate } from '../connection/gate.ts'
import { type Asking, carryOut, sendHeld } from './carry-out.ts'
import { type EngineConnection, EngineLine } from './engine-line.ts'
import { HeldCandidates } from './held-candidates.ts'
import { type Incoming, readEvent } from './incoming.ts'
import { contentFault, type Fault, faultBy, faultIn } from './fault.ts'
import type { EnterAsGuest } from './guest.ts'
import { type Outgoing, outgoingOf } from './outgoing.ts'

export interface ClientContext {
  readonly endpoint: EndpointContext
  readonly reception: Pick<Reception, 'trusted' | 'distrusted' | 'left'>
  /** What a client is told has been kept by then. */
  readonly gate: Pick<Gate, 'release'>
  readonly limits: ConnectionLimits
  readonly lingerTimeoutMs: number
  readonly findUser: (username: string) => Promise<User | undefined>
  readonly enterAsGuest: EnterAsGuest
}

/** Events of one client that may wait for each other; browsers find some dozens of candidates at once. */
const MAX_WAITING = 256

const CALLS = agreeOn(['call_control'])

/** Nothing comes of these. */
const UNTOLD: ReadonlySet<number | undefined> = new Set([
  messageTable.USER_STATE_UPDATE.code,
  messageTable.USER_LIST_RESPONSE.code,
  messageTable.CALL_UPDATE.code,
])

/** After these a client may come back of its own accord; after the others it is told not to. */
const COMES_BACK: ReadonlySet<ErrorReason> = new Set([
  'shutting_down',
  'login_timeout',
  'session_timeout',
  'crowded_out',
])

/** A connection whose messages are events: the endpoint of a client of Socket.IO. */
export class SocketIoClient implements Sink, Occupant, Asking {
  readonly address: string
  readonly transport = 'socket-io'
  readonly joinsFrames = false
  // Those of Engine.IO, which sends them by itself.
  readonly hasPings = true
  readonly held = new HeldCandidates()
  readonly #peer: Peer
  readonly #context: ClientContext
  readonly #endpoint: Endpoint
  #line: EngineLine | undefined
  #socket: Socket | undefined
  /** The call about which it was told last, and with whom. */
  #told: { readonly call: unknown; readonly peer: string } | undefined
  #ring: string | undefined
  /** Whom the present event is about. */
  #target: string | undefined
  #loginAnswer: NamedMessage | undefined
  #last: Promise<void> = Promise.resolve()
  #waiting = 0
  #unheardBytes = 0
  #packets = 0
  #isTrusted = false
  #isAnnounced = false
  #isOver = false

  constructor(id: number, peer: Peer, context: ClientContext) {
    this.#peer = peer
    this.address = addressKey(peer.address)
    this.#context = context
    this.#endpoint = new Endpoint(id, this, context.endpoint)
    this.#endpoint.negotiate(CALLS)
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get isLoggedIn(): boolean {
    return this.#endpoint.session !== undefined
  }

  get call() {
    return this.#endpoint.session?.call
  }

  get ring(): string | undefined {
    return this.#ring
  }

  /** The largest that it may send. */
  get maxBytes(): number {
    const { maxFrameBytes, maxFrameBytesBeforeLogin } = this.#context.limits
    return this.#isTrusted ? maxFrameBytes : Math.min(maxFrameBytesBeforeLogin, maxFrameBytes)
  }

  /** Packets that have come whole. */
  get packets(): number {
    return this.#packets
  }

  // What becomes of its connection

  /** Its handshake is done. */
  opened(connection: EngineConnection): void {
    this.#line = new EngineLine(connection)
    connection.on('packet', ({ data }: { readonly data?: unknown }) => {
      this.#hear(data)
    })
    connection.on('heartbeat', () => {
      this.#endpoint.takeSign()
    })
    connection.on('close', () => {
      this.gone()
    })
  }

  carriedBy(socket: NetSocket): void {
    this.#line?.carriedBy(socket)
  }

  /** It has entered the namespace, of which there is one only, and asks by events from now on. */
  claim(socket: Socket): boolean {
    if (this.#isOver || this.#socket !== undefined) return false
    this.#socket = socket
    socket.on('error', () => {
      // What is no packet. The connection ends by itself.
    })
    socket.on('disconnect', () => {
      this.gone()
    })
    socket.onAny((event: string, payload: unknown) => {
      this.#take(event, payload)
    })
    this.#announce()
    return true
  }

  /** It has not been let in, and may try again. */
  release(): void {
    this.#socket = undefined
  }

  #announce(): void {
    if (this.#isAnnounced) return
    this.#isAnnounced = true
    const { log } = this.#context.endpoint
    const { id } = this.#endpoint
    log.info({ conn: id, transport: this.transport, ...peerFields(this.#peer) }, 'connection opened')
  }

  /** It is gone without a word of ours. */
  gone(): void {
    if (this.#isOver) return
    this.#leave()
    this.#endpoint.lost()
    this.#line?.end(this.#context.lingerTimeoutMs)
  }

  /** The last word. */
  fail(reason: ErrorReason, detail?: string): void {
    this.#endpoint.fail({ reason, detail })
  }

  /** Logs in by an access token; gives what is wrong, if something is. */
  async logIn(token: string): Promise<Fault | undefined> {
    let fault: Fault | undefined
    await this.#enqueue(async () => {
      fault = await this.#logIn(token)
    })
    return fault
  }

  tellRegistered(more: Readonly<Record<string, unknown>> = {}): void {
    const userId = this.#endpoint.session?.user.username
    this.#emit({ event: 'user_registered', payload: { success: true, userId, ...more } })
  }

  // Asking

  say = async ({ type, payload }: ClientMessage): Promise<void> => {
    await this.#endpoint.receive(receivedFrame(messageTable[type].code, payload))
    this.#context.gate.release()
  }

  refuse = (type: ClientMessage['type'], reason: ErrorReason, detail?: string): void => {
    void this.#endpoint.mishear(contentFault(reason, detail), messageTable[type].code)
  }

  ignore = (): void => {
    this.#endpoint.takeSign()
  }

  // Sink

  get isSilent(): boolean {
    return !this.#isAnnounced
  }

  get isCongested(): boolean {
    return (this.#line?.heldBytes ?? 0) > this.#context.limits.softOutboundBytes
  }

  write(frame: Buffer): void {
    if (this.#isOver || UNTOLD.has(frame[LENGTH_BYTES]) || !this.#hasRoom()) return
    for (const message of namedMessages(frame)) this.#tell(message, frame.length)
  }

  writeAll(pieces: readonly Buffer[]): void {
    for (const piece of pieces) this.write(piece)
  }

  joinFrames(): void {
    // Each is an event.
  }

  ping(): void {
    // Engine.IO does.
  }

  trust(): void {
    this.#isTrusted = true
    this.#context.reception.trusted(this)
  }

  distrust(): void {
    this.#isTrusted = false
    this.held.clear()
    if (!this.#isOver) this.#context.reception.distrusted(this)
  }

  end(reason: ErrorReason): void {
    if (this.#isOver) return
    this.#leave()
    if (!COMES_BACK.has(reason)) {
      this.#line?.adding(1)
      this.#socket?.disconnect()
    }
    this.#line?.end(this.#context.lingerTimeoutMs)
  }

  // Occupant

  get isBusy(): boolean {
    return this.#waiting > 0
  }

  tick(now: number): void {
    const waitedMs = this.#line?.waitedMs(now) ?? 0
    if (waitedMs >= this.#context.limits.drainTimeoutMs) this.#abandon(waitedMs)
    else this.#endpoint.tick(now)
  }

  crowdOut(): void {
    this.fail('crowded_out')
  }

  forewarn(reconnectAfterMs: number): void {
    this.#endpoint.forewarn(reconnectAfterMs)
  }

  goAway(reconnectAfterMs: number): void {
    this.#endpoint.goAway(reconnectAfterMs)
  }

  /** A packet, before anything is made of it. */
  #hear(data: unknown): void {
    this.#packets += 1
    if (this.#isOver || data === undefined) return
    if (typeof data !== 'string') {
      this.fail('invalid_frame', 'Binary data, and there is none in these events; closing')
      return
    }
    if (this.#waiting === 0) this.#unheardBytes = 0
    this.#unheardBytes += data.length
    if (data.length > this.maxBytes) this.fail('frame_too_large_before_login')
    else if (this.#unheardBytes > 2 * this.#context.limits.maxFrameBytes) this.fail('flooding')
  }

  #take(event: string, payload: unknown): void {
    if (this.#isOver) return
    if (this.#waiting >= MAX_WAITING) {
      this.fail('flooding')
      return
    }
    void this.#enqueue(async () => {
      const incoming = readEvent(event, payload)
      if (incoming === undefined) this.ignore()
      else if (!incoming.ok)
        void this.#endpoint.mishear(
          contentFault('invalid_field', incoming.error),
          messageTable.CALL_REQUEST.code,
        )
      else if (incoming.value.kind === 'register') await this.#register(incoming.value.name)
      else await this.#carryOut(incoming.value)
    })
  }

  async #carryOut(incoming: Exclude<Incoming, { readonly kind: 'register' }>): Promise<void> {
    this.#target = 'to' in incoming ? incoming.to : undefined
    await carryOut(this, incoming, this.#context)
  }

  /** One after another. */
  #enqueue(task: () => Promise<void>): Promise<void> {
    this.#waiting += 1
    this.#last = this.#last.then(async () => {
      try {
        if (!this.#isOver) {
          await task()
          await sendHeld(this)
        }
      } catch (error) {
        const { log } = this.#context.endpoint
        log.error({ conn: this.#endpoint.id, err: error }, 'fault while handling an event')
        this.#emit({ event: 'call_failed', payload: faultBy({ reason: 'internal' }) })
      }
      this.#target = undefined
      this.#waiting -= 1
    })
    return this.#last
  }

  async #logIn(token: string): Promise<Fault | undefined> {
    this.#loginAnswer = undefined
    await this.say({ type: 'LOGIN_REQUEST', payload: { token } })
    if (this.isLoggedIn) return undefined
    return faultIn(this.#loginAnswer)
  }

  async #register(name: string): Promise<void> {
    const refuse = (fault: Fault): void => {
      this.#emit({ event: 'user_registered', payload: { success: false, userId: name, ...fault } })
    }
    const user = this.#endpoint.session?.user
    if (user !== undefined) {
      this.ignore()
      if (user.username === name) this.tellRegistered()
      else refuse(faultBy({ reason: 'already_logged_in' }))
      return
    }
    const entered = await this.#context.enterAsGuest(this.address, name)
    if (!entered.ok) {
      refuse(entered.error)
      return
    }
    const fault = await this.#logIn(entered.value)
    if (fault === undefined) this.tellRegistered({ token: entered.value })
    else refuse(fault)
  }

  #tell(message: NamedMessage, bytes: number): void {
    const { type, call_id: call } = message
    const isLogin = type === 'LOGIN_RESPONSE' || message['in_reply_to'] === messageTable.LOGIN_REQUEST.code
    if (isLogin) {
      this.#loginAnswer = message
      return
    }
    const peer = message['from_username'] ?? message['peer_username']
    if (typeof peer === 'string') this.#told = { call, peer }
    if (type === 'CALL_NOTIFICATION' && typeof call === 'string') this.#ring = call
    // What came while it rang goes its way now, behind what is being handled.
    if (type === 'CALL_ACCEPTED') void this.#enqueue(() => Promise.resolve())
    const known = this.#told?.call === call ? this.#told?.peer : undefined
    const outgoing = outgoingOf(message, { peer: known, target: this.#target })
    if (outgoing !== undefined) this.#emit(outgoing, bytes)
  }

  #emit({ event, payload }: Outgoing, bytes = 0): void {
    if (this.#isOver || this.#socket === undefined) return
    this.#line?.adding(event.length + bytes)
    this.#context.gate.release()
    this.#socket.emit(event, payload)
  }

  #hasRoom(): boolean {
    if ((this.#line?.heldBytes ?? 0) <= this.#context.limits.maxOutboundBytes) return true
    this.#abandon()
    return false
  }

  /** A last word would only wait behind all the rest. */
  #abandon(waitedMs?: number): void {
    if (this.#isOver) return
    this.#context.endpoint.log.warn(
      {
        conn: this.#endpoint.id,
        user: this.#endpoint.session?.user.id,
        reason: 'slow_consumer',
        held_bytes: this.#line?.heldBytes,
        waited_ms: waitedMs,
      },
      'connection ended: it does not read',
    )
    this.#leave()
    this.#line?.destroy()
    this.#endpoint.lost()
  }

  #leave(): void {
    this.#isOver = true
    this.held.clear()
    this.#context.reception.left(this)
    if (!this.isSilent) this.#context.endpoint.log.info({ conn: this.#endpoint.id }, 'connection closed')
  }
}
