import type { Seat, SfuLayers, SfuListener, SfuRoom, SfuSignal } from '../../application/ports/sfu.ts'
import type { SessionId } from '../../domain/ids.ts'
import type { MediaKind } from '../../domain/room.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import type { Random } from '../../application/ports/system/random.ts'
import { chooseServer, type Spread } from './choose-server.ts'
import { Place } from './place/place.ts'
import { delayBefore, nextAttempt } from './retry.ts'
import { keysOfRoom, nameOfRoom } from './room-name.ts'
import type { JanusServer } from './server.ts'

export interface SeatsDeps {
  readonly servers: () => readonly JanusServer[]
  readonly secret: string
  readonly spread: Spread
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly random: Random
  readonly pause: Pause
  readonly log: Pick<Log, 'warn'>
  readonly tell: SfuListener
}

/** All of its members are at the same Janus. */
interface SeatedRoom {
  readonly name: string
  readonly taken: Set<Taken>
  server: JanusServer | undefined
}

interface Taken {
  readonly seat: Seat
  readonly room: SeatedRoom
  readonly maxMembers: number
  /** It waits for another one where it has none. */
  place: Place | undefined
  /** What is not passed on of it, at whatever place. */
  muted: readonly MediaKind[]
  /** The member knows that it has lost its connections, and not yet that it may come again. */
  isLost: boolean
  attempt: number
  readonly left: AbortController
}

/** Who has a seat, and where it is. */
export class Seats {
  readonly #deps: SeatsDeps
  readonly #taken = new Map<SessionId, Taken>()
  readonly #rooms = new Map<string, SeatedRoom>()

  constructor(deps: SeatsDeps) {
    this.#deps = deps
  }

  enter(seat: Seat, { life, maxMembers }: SfuRoom): void {
    const had = this.#taken.get(seat.session)
    if (had !== undefined) this.leave(had.seat)
    const name = nameOfRoom(seat.room, life)
    const room = this.#rooms.get(name) ?? { name, taken: new Set(), server: undefined }
    this.#rooms.set(name, room)
    const isLost = had?.room.name === name
    const taken = {
      seat,
      room,
      maxMembers,
      place: undefined,
      muted: [],
      isLost,
      attempt: 0,
      left: new AbortController(),
    }
    this.#taken.set(seat.session, taken)
    room.taken.add(taken)
    this.#find(taken)
  }

  signal({ session }: Seat, signal: SfuSignal): void {
    const taken = this.#taken.get(session)
    // What comes until the member knows that it may come again is of what it has lost.
    if (taken?.isLost === false) taken.place?.signal(signal)
  }

  renew({ session }: Seat): void {
    const taken = this.#taken.get(session)
    if (taken?.isLost === false) taken.place?.renew()
  }

  layers({ session }: Seat, layers: SfuLayers): void {
    const taken = this.#taken.get(session)
    if (taken?.isLost === false) taken.place?.layers(layers)
  }

  mute({ session }: Seat, kinds: readonly MediaKind[]): void {
    const taken = this.#taken.get(session)
    if (taken === undefined) return
    taken.muted = kinds
    taken.place?.mute(kinds)
  }

  leave({ session }: Seat): void {
    const taken = this.#taken.get(session)
    if (taken === undefined) return
    this.#taken.delete(session)
    taken.left.abort()
    this.#stand(taken)
    taken.room.taken.delete(taken)
    if (taken.room.taken.size === 0) this.#rooms.delete(taken.room.name)
  }

  /** Rooms without a server get one; with `by-room`, those that belong there move. */
  came(): void {
    for (const room of this.#rooms.values()) {
      if (room.server !== undefined && this.#deps.spread === 'least-loaded') continue
      const chosen = this.#choose(room)
      if (chosen === room.server) continue
      this.#move(room, chosen)
    }
  }

  went(server: JanusServer): void {
    for (const room of this.#rooms.values()) if (room.server === server) this.#move(room, this.#choose(room))
  }

  end(): void {
    for (const { seat } of this.#taken.values()) this.leave(seat)
  }

  #move(room: SeatedRoom, server: JanusServer | undefined): void {
    for (const taken of room.taken) {
      this.#stand(taken)
      this.#lose(taken)
    }
    room.server = server
    for (const taken of room.taken) this.#find(taken)
  }

  #choose({ name }: SeatedRoom): JanusServer | undefined {
    const alive = this.#deps.servers().filter((server) => server.alive !== undefined)
    return chooseServer(alive, name, this.#deps.spread)
  }

  #find(taken: Taken): void {
    const { room, seat, maxMembers } = taken
    room.server ??= this.#choose(room)
    const alive = room.server?.alive
    if (room.server === undefined || alive === undefined) {
      this.#lose(taken)
      return
    }
    const keys = keysOfRoom(room.name, this.#deps.secret)
    const { server } = room
    const begun = this.#deps.clock.monotonicMs()
    server.seats += 1
    const place = new Place({
      ...alive,
      seat,
      room: { name: room.name, ...keys, maxMembers },
      pause: this.#deps.pause,
      tell: this.#deps.tell,
      joined: () => {
        if (taken.place === place) this.#joined(taken)
      },
      failed: (why) => {
        if (taken.place !== place) return
        if (alive.link.isOpen)
          this.#deps.log.warn({ sfu: server.shown, cause: why }, 'a member has lost its place at the SFU')
        this.#stand(taken)
        this.#lose(taken)
        void this.#findAgain(taken, this.#deps.clock.monotonicMs() - begun)
      },
    })
    taken.place = place
    place.mute(taken.muted)
    void place.begin()
  }

  async #findAgain(taken: Taken, lastedMs: number): Promise<void> {
    taken.attempt = nextAttempt(taken.attempt, lastedMs)
    await this.#deps.pause(delayBefore(taken.attempt, this.#deps.random.fraction()), taken.left.signal)
    // Its room may have moved meanwhile.
    if (!taken.left.signal.aborted && taken.place === undefined) this.#find(taken)
  }

  #joined(taken: Taken): void {
    if (!taken.isLost) return
    taken.isLost = false
    this.#deps.tell({ kind: 'ready', seat: taken.seat })
  }

  #lose(taken: Taken): void {
    if (taken.isLost) return
    taken.isLost = true
    this.#deps.tell({ kind: 'lost', seat: taken.seat })
  }

  #stand(taken: Taken): void {
    const { place } = taken
    if (place === undefined) return
    taken.place = undefined
    if (taken.room.server !== undefined) taken.room.server.seats -= 1
    void place.leave()
  }
}
