import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { Unreadable } from '../../protocol/codec/unreadable.ts'
import type { ErrorReason } from '../../protocol/error-reasons.ts'
import type { ReceivedFrame } from '../../protocol/framing/frame.ts'
import { ProtocolError } from '../../protocol/framing/protocol-error.ts'
import { Endpoint, type EndpointContext } from '../../session/conversation/endpoint.ts'
import type { WireRefusal } from '../../session/conversation/present-refusal.ts'
import type { Sink, Transport } from '../../session/conversation/sink.ts'
import { addressKey } from '../admission/address/address-key.ts'
import { type Peer, peerFields } from '../admission/peer.ts'
import type { Occupant } from '../admission/places.ts'
import type { Reception } from '../admission/reception.ts'
import { Backlog } from './backlog.ts'
import type { FrameWriter } from './frame-writer.ts'
import type { Intake, Line } from './line.ts'
import { FRAMES_A_TURN } from './turn.ts'

export interface ConnectionLimits {
  /** The largest frame length accepted: type byte and payload. */
  readonly maxFrameBytes: number
  /** The same of a peer that has not logged in. */
  readonly maxFrameBytesBeforeLogin: number
  /** A peer for which more than this waits must read before it is heard again, and presence is merged for it. */
  readonly softOutboundBytes: number
  /** A peer for which more than this waits when something is added is ended. */
  readonly maxOutboundBytes: number
  /** What waits must have left within this. */
  readonly drainTimeoutMs: number
  /** How long a frame may take from its first byte to its last. */
  readonly frameTimeoutMs: number
}

export interface ConnectionContext {
  readonly endpoint: EndpointContext
  readonly limits: ConnectionLimits
  /** Told what becomes of it. */
  readonly reception: Pick<Reception, 'trusted' | 'distrusted' | 'ended' | 'saidNothing'>
}

/** A line with an endpoint behind it: frames to the endpoint one at a time, frames out. */
export class Connection implements Sink, Occupant {
  readonly address: string
  readonly #socket: Socket
  readonly #context: ConnectionContext
  readonly #line: Line
  readonly #intake: Intake
  readonly #writer: FrameWriter
  readonly #endpoint: Endpoint
  /** Until it has said something. */
  #stranger: Peer | undefined
  #backlog: Backlog | undefined
  #addedBytes = 0
  #draining = false
  #takenThisTurn = 0
  #inputOver = false
  #ended = false
  #frameBegunAt: number | undefined

  /** Whoever makes it lets it know when something has come: `hears`, and then `proceed`. */
  constructor(id: number, socket: Socket, line: Line, context: ConnectionContext, peer: Peer) {
    this.#socket = socket
    this.#stranger = peer
    this.address = addressKey(peer.address)
    this.#context = context
    this.#line = line
    this.#intake = line.intake
    this.#writer = line.writer
    this.#endpoint = new Endpoint(id, this, context.endpoint)

    const { log } = context.endpoint
    socket.on('end', () => {
      this.inputOver()
    })
    // Told of with 'close'.
    socket.on('error', ignore)
    socket.on('close', () => {
      if (socket.errored !== null) log.debug({ conn: id, cause: socket.errored.message }, 'connection broke')
      const isHeardOut = line.isHeardOut && this.#inputOver && this.#draining && !this.#ended
      context.reception.ended(this, socket)
      if (!isHeardOut) {
        this.#ended = true
        this.#endpoint.lost()
      }
      if (this.#stranger === undefined) log.info({ conn: id }, 'connection closed')
      else context.reception.saidNothing(id, this.#stranger)
    })
  }

  write(frame: Buffer): void {
    if (this.#hasRoom()) this.#addedBytes += this.#writer.write(frame)
  }

  writeAll(pieces: readonly Buffer[]): void {
    if (!this.#hasRoom()) return
    for (const piece of pieces) this.#addedBytes += this.#writer.writeShared(piece)
  }

  get transport(): Transport {
    return this.#line.transport
  }

  get isSilent(): boolean {
    return this.#stranger !== undefined
  }

  get isCongested(): boolean {
    return this.#writer.heldBytes > this.#context.limits.softOutboundBytes
  }

  get joinsFrames(): boolean {
    return this.#writer.joinsFrames
  }

  get copiesSmall(): boolean {
    return this.#writer.copiesSmall
  }

  get hasPings(): boolean {
    return this.#line.hasPings
  }

  ping(): void {
    if (!this.#ended && !this.isCongested) this.#addedBytes += this.#line.ping()
  }

  /** Makes room for another that has not logged in. */
  crowdOut(): void {
    this.fail({ reason: 'crowded_out' })
  }

  get isBusy(): boolean {
    return this.#endpoint.isBusy
  }

  trust(): void {
    this.#intake.trust()
    this.#context.reception.trusted(this)
  }

  distrust(): void {
    if (this.#ended) return
    this.#intake.distrust()
    this.#context.reception.distrusted(this)
  }

  joinFrames(): void {
    this.#writer.joinFrames()
  }

  end(reason?: ErrorReason): void {
    if (this.#ended) return
    this.#ended = true
    this.#writer.end(reason)
    this.#context.reception.ended(this, this.#socket)
  }

  /** The last word: tells the client why and ends the connection. */
  fail(refusal: WireRefusal): void {
    this.#endpoint.fail(refusal)
  }

  /** The daemon is about to stop. */
  forewarn(reconnectAfterMs: number): void {
    this.#endpoint.forewarn(reconnectAfterMs)
  }

  /** The daemon stops. */
  goAway(reconnectAfterMs: number): void {
    this.#endpoint.goAway(reconnectAfterMs)
  }

  /** Keeps the deadlines; `now` in monotonic milliseconds. */
  tick(now: number): void {
    if (this.#ended) return
    const { frameTimeoutMs, drainTimeoutMs } = this.#context.limits
    const waitedMs = this.#waitedMs(now)
    if (waitedMs >= drainTimeoutMs) {
      this.#abandon(waitedMs)
      return
    }
    if (this.#frameBegunAt !== undefined && now - this.#frameBegunAt >= frameTimeoutMs) {
      this.fail({ reason: 'frame_timeout' })
      return
    }
    this.#endpoint.tick(now)
  }

  #waitedMs(now: number): number {
    const { heldBytes } = this.#writer
    if (heldBytes === 0) {
      this.#backlog = undefined
      return 0
    }
    this.#backlog ??= new Backlog(this.#addedBytes, now)
    return this.#backlog.waitedMs(this.#addedBytes, heldBytes, now)
  }

  /** Something has come; false where nobody listens any more. */
  hears(): boolean {
    if (this.#ended) return false
    if (this.#stranger !== undefined) this.#introduce(this.#stranger)
    return true
  }

  /** Handles what the intake has by now. */
  proceed(): void {
    if (!this.#draining) this.#drain()
  }

  /** For a line that tells only of what is whole: whether it has come to the midst of a frame. */
  isMidFrame(is: boolean): void {
    if (is) this.#frameBegunAt ??= this.#context.endpoint.clock.monotonicMs()
    else this.#frameBegunAt = undefined
  }

  /** A sign of life that is no message; whether it is to be answered. */
  takeSign(): boolean {
    return this.hears() && this.#endpoint.takeSign() && !this.isCongested
  }

  /** Nothing more will come. */
  inputOver(): void {
    this.#inputOver = true
    if (!this.#intake.partial) this.#endpoint.leave()
    this.#leaveWhenDone()
  }

  /** The line has ended by itself, and the peer knows why. */
  isNoMore(cause: Error): void {
    if (this.#ended) return
    this.#ended = true
    const { endpoint, reception } = this.#context
    endpoint.log.debug({ conn: this.#endpoint.id, cause: cause.message }, 'connection broke')
    reception.ended(this, this.#socket)
    this.#endpoint.lost()
  }

  /** Nothing that comes after this can be read. */
  broken({ reason, message, looksLike }: ProtocolError): void {
    this.fail({ reason, detail: `${message}; closing`, looksLike })
  }

  /** Health checks connect and leave: of a connection the log tells once it has said something. */
  #introduce(peer: Peer): void {
    this.#stranger = undefined
    const { log } = this.#context.endpoint
    const { transport } = this.#line
    log.info({ conn: this.#endpoint.id, transport, ...peerFields(peer) }, 'connection opened')
  }

  /**
   * Hands the frames over one at a time; reading pauses while one is handled, and while this peer has to wait. A promise
   * is made only where there is something to wait for: nearly every signal is handled at once.
   */
  #drain(): void {
    this.#draining = true
    try {
      for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
        this.#frameBegunAt = undefined
        const handling =
          'fault' in frame ? this.#endpoint.mishear(frame.fault) : this.#endpoint.receive(frame)
        if (handling !== undefined || this.#mustRest()) {
          void this.#goOnAfter(handling)
          return
        }
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.broken(error)
    }
    this.#draining = false
    if (this.#intake.partial) this.#frameBegunAt ??= this.#context.endpoint.clock.monotonicMs()
    this.#leaveWhenDone()
  }

  /** `handling`: of the last frame; without it this peer has to rest. */
  async #goOnAfter(handling: Promise<void> | undefined): Promise<void> {
    if (handling !== undefined) await this.#pausedFor(handling)
    if (handling === undefined || this.#mustRest()) await this.#pausedFor(this.#rest())
    this.#drain()
  }

  #next(): ReceivedFrame | Unreadable | undefined {
    return this.#ended ? undefined : this.#intake.next()
  }

  async #pausedFor(work: Promise<void>): Promise<void> {
    this.#line.pause()
    await work
    this.#line.resume()
  }

  #mustRest(): boolean {
    this.#takenThisTurn += 1
    return this.#takenThisTurn >= FRAMES_A_TURN || this.isCongested
  }

  async #rest(): Promise<void> {
    await setImmediate()
    if (this.isCongested) await this.#writer.drained()
    this.#takenThisTurn = 0
  }

  /** A peer that has closed its sending side is answered to the last frame, and is then gone. */
  #leaveWhenDone(): void {
    if (!this.#inputOver || this.#draining) return
    this.#endpoint.lost()
    this.end()
  }

  #hasRoom(): boolean {
    if (this.#ended) return false
    if (this.#writer.heldBytes <= this.#context.limits.maxOutboundBytes) return true
    this.#abandon()
    return false
  }

  /** A last word would only wait behind all the rest. */
  #abandon(waitedMs?: number): void {
    const { log } = this.#context.endpoint
    log.warn(
      {
        conn: this.#endpoint.id,
        user: this.#endpoint.session?.user.id,
        reason: 'slow_consumer',
        held_bytes: this.#writer.heldBytes,
        waited_ms: waitedMs,
      },
      'connection ended: it does not read',
    )
    this.#ended = true
    this.#socket.destroy()
  }
}

function ignore(): void {
  // One for all sockets.
}
