import type { Socket as NetSocket } from 'node:net'
import type { Socket } from 'socket.io'
import { agreeOn } from '../../protocol/capabilities.ts'
import { namedMessages } from '../../protocol/codec/named-message.ts'
import type { ErrorReason } from '../../protocol/error-reasons.ts'
import { LENGTH_BYTES } from '../../protocol/framing/frame.ts'
import { messageTable } from '../../protocol/message-table.ts'
import { Endpoint } from '../../session/conversation/endpoint.ts'
import type { Sink } from '../../session/conversation/sink.ts'
import { addressKey } from '../admission/address/address-key.ts'
import { type Peer, peerFields } from '../admission/peer.ts'
import type { Occupant } from '../admission/places.ts'
import type { Reception } from '../admission/reception.ts'
import type { ConnectionLimits } from '../connection/connection.ts'
import { Conversation, type ConversationContext } from './conversation.ts'
import { type EngineConnection, EngineLine } from './engine-line.ts'
import type { Outgoing } from './outgoing.ts'

export interface ClientContext extends ConversationContext {
  readonly reception: Pick<Reception, 'trusted' | 'distrusted' | 'left'>
  readonly limits: ConnectionLimits
  readonly lingerTimeoutMs: number
}

const CALLS = agreeOn(['call_control'])

/** Nothing comes of these. */
const UNTOLD: ReadonlySet<number | undefined> = new Set([
  messageTable.USER_STATE_UPDATE.code,
  messageTable.CALL_UPDATE.code,
])

/** After these a client may come back of its own accord; after the others it is told not to. */
const COMES_BACK: ReadonlySet<ErrorReason> = new Set([
  'shutting_down',
  'login_timeout',
  'session_timeout',
  'crowded_out',
])

/** A connection whose messages are events: that of a client of Socket.IO, whatever carries it. */
export class SocketIoClient implements Sink, Occupant {
  readonly address: string
  readonly transport = 'socket-io'
  readonly joinsFrames = false
  readonly copiesSmall = false
  // Those of Engine.IO, which sends them by itself.
  readonly hasPings = true
  readonly conversation: Conversation
  readonly #peer: Peer
  readonly #context: ClientContext
  readonly #endpoint: Endpoint
  #line: EngineLine | undefined
  #socket: Socket | undefined
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
    this.conversation = new Conversation(this.#endpoint, context, (outgoing, bytes) => {
      this.#emit(outgoing, bytes)
    })
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get isLoggedIn(): boolean {
    return this.conversation.isLoggedIn
  }

  /** The largest that it may send. */
  get maxBytes(): number {
    const { maxFrameBytes, maxFrameBytesBeforeLogin } = this.#context.limits
    return this.#isTrusted ? maxFrameBytes : Math.min(maxFrameBytesBeforeLogin, maxFrameBytes)
  }

  /** How many packets have come whole. */
  get packets(): number {
    return this.#packets
  }

  /** Its handshake is done. */
  opened(connection: EngineConnection): void {
    this.#line = new EngineLine(connection)
    connection.on('packet', ({ data }: { readonly data?: unknown }) => {
      this.#hear(data)
    })
    connection.on('heartbeat', () => {
      this.conversation.ignore()
    })
    connection.on('close', () => {
      this.gone()
    })
  }

  carriedBy(socket: NetSocket): void {
    this.#line?.carriedBy(socket)
  }

  /** It enters the namespace, of which there is one only; false where it has done so before. */
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
      if (!this.#isOver) this.conversation.take(event, payload)
    })
    this.#announce()
    return true
  }

  /** It has not been let in, and may try again. */
  release(): void {
    this.#socket = undefined
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

  // Sink

  get isSilent(): boolean {
    return !this.#isAnnounced
  }

  get isCongested(): boolean {
    return this.#heldBytes > this.#context.limits.softOutboundBytes
  }

  write(frame: Buffer): void {
    if (this.#isOver || UNTOLD.has(frame[LENGTH_BYTES])) return
    if (this.#heldBytes > this.#context.limits.maxOutboundBytes) {
      this.#abandon()
      return
    }
    for (const message of namedMessages(frame)) this.conversation.tell(message, frame.length)
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
    this.conversation.held.clear()
    if (!this.#isOver) this.#context.reception.distrusted(this)
  }

  end(reason: ErrorReason): void {
    if (this.#isOver) return
    this.#leave()
    if (!COMES_BACK.has(reason) && this.#socket?.connected === true) {
      this.#line?.adding(1)
      this.#socket.disconnect()
    }
    this.#line?.end(this.#context.lingerTimeoutMs)
  }

  // Occupant

  get isBusy(): boolean {
    return this.conversation.isBusy
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

  get #heldBytes(): number {
    return this.#line?.heldBytes ?? 0
  }

  /** A packet, before anything is made of it. */
  #hear(data: unknown): void {
    this.#packets += 1
    if (this.#isOver || data === undefined) return
    if (typeof data !== 'string') {
      this.fail('invalid_frame', 'Binary data, and there is none in these events; closing')
      return
    }
    if (!this.isBusy) this.#unheardBytes = 0
    this.#unheardBytes += data.length
    if (data.length > this.maxBytes) this.fail('frame_too_large_before_login')
    else if (this.#unheardBytes > 2 * this.#context.limits.maxFrameBytes) this.fail('flooding')
  }

  #emit({ event, payload }: Outgoing, bytes = 0): void {
    if (this.#isOver || this.#socket === undefined) return
    this.#line?.adding(event.length + bytes)
    this.#context.gate.release()
    this.#socket.emit(event, payload)
  }

  #announce(): void {
    if (this.#isAnnounced) return
    this.#isAnnounced = true
    const { log } = this.#context.endpoint
    const { id } = this.#endpoint
    log.info({ conn: id, transport: this.transport, ...peerFields(this.#peer) }, 'connection opened')
  }

  /** A last word would only wait behind all the rest. */
  #abandon(waitedMs?: number): void {
    if (this.#isOver) return
    this.#context.endpoint.log.warn(
      {
        conn: this.#endpoint.id,
        user: this.#endpoint.session?.user.id,
        reason: 'slow_consumer',
        held_bytes: this.#heldBytes,
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
    this.conversation.held.clear()
    this.#context.reception.left(this)
    if (this.#isAnnounced) this.#context.endpoint.log.info({ conn: this.#endpoint.id }, 'connection closed')
  }
}
