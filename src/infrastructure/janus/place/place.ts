import type { Seat, SfuLayers, SfuListener, SfuSignal } from '../../../application/ports/sfu.ts'
import type { MediaKind } from '../../../domain/room.ts'
import type { Pause } from '../../../application/ports/system/pause.ts'
import { JanusRefusal } from '../link/incoming.ts'
import type { JanusLink } from '../link/link.ts'
import type { RoomKeeper } from '../room-keeper.ts'
import { Feeds } from './feeds.ts'
import { Publication } from './publication.ts'
import { Subscription } from './subscription.ts'

const NO_SUCH_ROOM = 426

export interface PlaceDeps {
  readonly link: JanusLink
  readonly rooms: RoomKeeper
  readonly seat: Seat
  /** As Janus knows the room, what lets somebody in, and what changes something of it. */
  readonly room: {
    readonly name: string
    readonly pin: string
    readonly secret: string
    readonly maxMembers: number
  }
  readonly pause: Pause
  readonly tell: SfuListener
  /** The member is in. */
  readonly joined: () => void
  /** Nothing comes of this place any more; called once at most. */
  readonly failed: (why: string) => void
}

/** A seat at one Janus, as long as both last. */
export class Place {
  readonly #deps: PlaceDeps
  readonly #over = new AbortController()
  readonly #publication: Publication
  readonly #subscription: Subscription

  constructor(deps: PlaceDeps) {
    const { link, seat, room, pause } = deps
    this.#deps = deps
    const signal = this.#over.signal
    const feeds = new Feeds(seat.user)
    const tell: SfuListener = (news) => {
      if (!signal.aborted) deps.tell(news)
    }
    const failed = (error: unknown): void => {
      this.#fail(error)
    }
    const common = { link, seat, room, tell, failed, over: signal }
    this.#subscription = new Subscription({ ...common, pause, wanted: () => feeds.wanted() })
    this.#publication = new Publication({
      ...common,
      feeds,
      feedsChanged: () => {
        this.#subscription.poke()
      },
    })
  }

  async begin(): Promise<void> {
    const { rooms, room } = this.#deps
    try {
      await rooms.enter(room.name, room.maxMembers)
      await this.#publication.begin()
    } catch (error) {
      this.#fail(error)
      return
    }
    if (this.#over.signal.aborted) return
    this.#deps.joined()
    this.#subscription.poke()
  }

  signal(signal: SfuSignal): void {
    if (signal.kind === 'offer') this.#publication.offer(signal)
    else if (signal.kind === 'answer') this.#subscription.answer(signal)
    else {
      const { candidate, sdpMid, sdpMlineIndex } = signal
      const ours = { candidate, sdpMid, sdpMLineIndex: sdpMlineIndex }
      this.#publication.candidate(signal.connection, ours)
      this.#subscription.candidate(signal.connection, ours)
    }
  }

  renew(): void {
    this.#subscription.renew()
  }

  layers(layers: SfuLayers): void {
    this.#subscription.layers(layers)
  }

  mute(kinds: readonly MediaKind[]): void {
    this.#publication.mute(kinds)
  }

  async leave(): Promise<void> {
    this.#over.abort()
    await Promise.all([this.#publication.end(), this.#subscription.end()])
    this.#deps.rooms.leave(this.#deps.room.name)
  }

  #fail(error: unknown): void {
    if (this.#over.signal.aborted) return
    this.#over.abort()
    if (error instanceof JanusRefusal && error.code === NO_SUCH_ROOM)
      this.#deps.rooms.forget(this.#deps.room.name)
    this.#deps.failed(error instanceof Error ? error.message : String(error))
  }
}
