import type { Socket } from 'node:net'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { WireRefusal } from '../../session/conversation/present-refusal.ts'
import type { Figures } from '../../session/figures/figures.ts'
import type { RateLimits } from '../../session/rates/rate-limits.ts'
import { addressKey } from './address/address-key.ts'
import { Arrivals } from './arrivals.ts'
import { Lingering } from './lingering.ts'
import { type Peer, peerFields, socketPeer } from './peer.ts'
import { type Occupant, type PlaceLimits, Places } from './places.ts'
import { Tally } from './tally.ts'
import type { TrafficByTransport } from './traffic.ts'
import { WaitingRoom, type WaitingRoomLimits } from './waiting-room.ts'

export interface ReceptionOptions extends PlaceLimits {
  readonly waitingRoom: WaitingRoomLimits
  /** How long a peer may take to read our last word. */
  readonly lingerTimeoutMs: number
  readonly rates: RateLimits
  readonly figures: Pick<Figures, 'refusals'>
  readonly clock: Clock
  readonly log: Log
}

/** What a door does with whom it has brought. */
export interface Entry {
  /** It has a place. `id` names the connection in the log. */
  open(id: number): Occupant
  /** It has none: tells it why, and ends. */
  turnAway(refusal: WireRefusal): void
}

/** Descriptors for those who linger beyond the limit, to read why they are refused; of more the oldest are cut. */
export const TOLD_OF_FULLNESS = 64

/** Of these so many, so that a newcomer does not find all of them in use. */
const ROOM_TO_TELL = TOLD_OF_FULLNESS / 2

/** Who may come in, whichever door it comes by: limits by place, address and rate are kept here, once for all doors. */
export class Reception {
  readonly #options: ReceptionOptions
  readonly #places: Places
  readonly #arrivals: Arrivals
  readonly #lingering: Lingering
  readonly #silent: Tally
  readonly #handshakes: Tally
  // Also those whose PROXY header or TLS handshake is still to come, and those who linger.
  readonly #sockets = new Set<Socket>()
  // One function for all, told by `this` which socket it is: a closure for each would be held as long as the connection.
  readonly #forget: (this: Socket) => void
  #lastId = 0
  #failedHandshakes = 0
  #closed = false

  constructor(options: ReceptionOptions) {
    this.#options = options
    const waitingRoom = new WaitingRoom(options.waitingRoom)
    this.#places = new Places(options, waitingRoom)
    this.#arrivals = new Arrivals(waitingRoom)
    this.#lingering = new Lingering(options.lingerTimeoutMs)
    this.#silent = new Tally('connections that said nothing', options)
    this.#handshakes = new Tally('TLS handshakes that failed', options)
    const sockets = this.#sockets
    this.#forget = function (this: Socket) {
      sockets.delete(this)
    }
  }

  get occupantCount(): number {
    return this.#places.size
  }

  /** Of those who have or had a place. */
  get traffic(): TrafficByTransport {
    return this.#places.traffic
  }

  get failedHandshakes(): number {
    return this.#failedHandshakes
  }

  get occupants(): Iterable<Occupant> {
    return this.#places.taken
  }

  /** From now on everybody is turned away. */
  close(): void {
    this.#closed = true
  }

  /** Cuts off those on the port who have said nothing. */
  dismissSilent(port: number): void {
    this.#arrivals.dismissSilent(port)
  }

  /** Resolves when nobody has a place any more. */
  deserted(): Promise<void> {
    return this.#places.deserted()
  }

  /** Cuts off whoever is still there. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  nextId(): number {
    return ++this.#lastId
  }

  /** A socket is open. Where there are too many, one that lingers, or else the longest to arrive, makes room. */
  count(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', this.#forget)
    if (this.#sockets.size > this.#options.maxConnections + ROOM_TO_TELL && !this.#lingering.cutFirst())
      this.#arrivals.crowdOutFirst()
  }

  /** Its PROXY header (`behindProxy`) or its TLS handshake is still to come. */
  await(socket: Socket, behindProxy: boolean): void {
    this.#arrive(socket, behindProxy ? undefined : addressKey(socketPeer(socket).address))
  }

  #arrive(socket: Socket, address: string | undefined): void {
    const { rates, clock } = this.#options
    this.#arrivals.add(socket, address, (from) => {
      // A handshake costs as much whatever becomes of it.
      rates.arrive(from, clock.monotonicMs())
    })
  }

  /** Not where its address has been turned away too often. */
  mayShakeHands(socket: Socket, from: Peer): boolean {
    const address = addressKey(from.address)
    this.#arrivals.identify(socket, address)
    return this.#options.rates.mayShakeHands(address, this.#options.clock.monotonicMs())
  }

  /** It is ready to talk: it gets a place, or hears why there is none. */
  enter(socket: Socket, from: Peer, entry: Entry): void {
    this.#arrivals.remove(socket)
    const refusal = this.#refusalFor(addressKey(from.address))
    if (refusal === undefined) this.#places.take(entry.open(this.nextId()))
    else this.#turnAway(socket, from, refusal, entry)
  }

  /** For what has no socket of its own, as a client that asks by HTTP: gets a place, or hears why there is none. */
  admit(address: string, open: (id: number) => Occupant): WireRefusal | undefined {
    const refusal = this.#refusalFor(address)
    if (refusal === undefined) this.#places.take(open(this.nextId()))
    else this.#options.figures.refusals.add(refusal.reason)
    return refusal
  }

  /** What has no socket of its own is gone. */
  left(occupant: Occupant): void {
    this.#places.free(occupant)
  }

  /** The socket serves somebody who has logged in: it need not make room for others, until what this gives is called. */
  vouch(socket: Socket): () => void {
    const arrival = this.#arrivals.remove(socket)
    return () => {
      if (arrival !== undefined && !socket.destroyed) this.#arrive(socket, arrival.address)
    }
  }

  /** What the socket has asked is being handled, until what this gives is called: others make room before it. */
  attend(socket: Socket): () => void {
    return this.#arrivals.attend(socket)
  }

  /** It is not to have a place, whether or not there is one: `entry` tells it so. */
  refuse(socket: Socket, from: Peer, refusal: WireRefusal, entry: Pick<Entry, 'turnAway'>): void {
    this.#arrivals.remove(socket)
    const { rates, clock } = this.#options
    rates.arrive(addressKey(from.address), clock.monotonicMs())
    this.#turnAway(socket, from, refusal, entry)
  }

  #turnAway(socket: Socket, from: Peer, refusal: WireRefusal, entry: Pick<Entry, 'turnAway'>): void {
    const { log, figures } = this.#options
    figures.refusals.add(refusal.reason)
    log.debug({ conn: this.nextId(), ...peerFields(from), reason: refusal.reason }, 'connection refused')
    if (this.#lingering.size >= TOLD_OF_FULLNESS) {
      socket.destroy()
      return
    }
    entry.turnAway(refusal)
    this.#lingering.add(socket)
  }

  /** It is gone without a word, as health checks are. */
  saidNothing(conn: number, from: Peer): void {
    this.#options.log.debug({ conn, ...peerFields(from) }, 'connection said nothing')
    const { address } = from.via ?? from
    this.#silent.count(address === '' ? '?' : addressKey(address))
  }

  /** `cause` in the few words by which failures are summed up, `detail` as precisely as is known. */
  handshakeFailed(from: Peer | undefined, cause: string, detail = cause): void {
    this.#options.log.debug({ remote: from?.address, cause: detail }, 'TLS handshake failed')
    this.#handshakes.count(cause)
    this.#failedHandshakes += 1
  }

  /** `now` in monotonic milliseconds. */
  tick(now: number): void {
    this.#silent.tick(now)
    this.#handshakes.tick(now)
  }

  /** What has been counted and not been logged yet. */
  sumUp(): void {
    this.#silent.sumUp()
    this.#handshakes.sumUp()
  }

  /** It has logged in. */
  trusted(occupant: Occupant): void {
    this.#places.trust(occupant)
  }

  /** It has logged out. */
  distrusted(occupant: Occupant): void {
    this.#places.distrust(occupant)
  }

  /** It has said its last word, or is gone. */
  ended(occupant: Occupant, socket: Socket): void {
    this.#places.free(occupant)
    if (!socket.destroyed) this.#lingering.add(socket)
  }

  #refusalFor(address: string): WireRefusal | undefined {
    if (this.#closed) return { reason: 'shutting_down' }
    const { rates, clock } = this.#options
    return this.#places.refusalFor(address) ?? rates.arrive(address, clock.monotonicMs())
  }
}
