import type { RoomId } from '../../domain/ids.ts'
import type { FrameBatch } from '../../protocol/framing/frame-batch.ts'
import type { Figures } from '../figures/figures.ts'
import { PresenceChanges } from './presence-changes.ts'
import { type PresenceNews, presenceNews } from './presence-news.ts'
import type { Sink } from '../conversation/sink.ts'

/** Missed changes that are told together, some 64 KiB: a client that takes them slowly is not to be handed them all. */
const TOLD_AT_ONCE = 500

interface Client {
  /** In one breath; `updates`: how many messages the pieces hold. */
  updates(pieces: readonly Buffer[], updates: number): void
  frame(frame: Buffer): void
}

/** Of a larger batch, in a storm, nobody is handed all at once either. */
const LARGEST_BATCH = 65_536

/** Presence on its way to one client: one that does not keep up is told the latest state of each user once it does (BOUND-6). */
export class PresenceOutlet {
  readonly #sink: Pick<Sink, 'isCongested' | 'joinsFrames'>
  readonly #client: Client
  readonly #figures: Figures['presence']
  #missed: PresenceChanges | undefined
  /** What it is to be told of rooms that it watches: of each the last. */
  #missedRooms: Map<RoomId, Buffer> | undefined

  constructor(sink: Pick<Sink, 'isCongested' | 'joinsFrames'>, client: Client, figures: Figures['presence']) {
    this.#sink = sink
    this.#client = client
    this.#figures = figures
  }

  /** `own`: which of the changes the client is to be spared. */
  tell({ changes, batch }: PresenceNews, own: number | undefined): void {
    if (this.#missed === undefined && !this.#sink.isCongested && batch.bytes <= LARGEST_BATCH) {
      this.#sendBatch(batch, own)
      return
    }
    this.#missed ??= new PresenceChanges()
    for (const [index, change] of changes.entries())
      if (index !== own && this.#missed.add(change)) this.#figures.add('slow_client')
  }

  /** `frame`: of a room that the client watches. */
  tellRoom(room: RoomId, frame: Buffer): void {
    if (this.#missedRooms === undefined && !this.#sink.isCongested) this.#client.frame(frame)
    else (this.#missedRooms ??= new Map()).set(room, frame)
  }

  /** The client is sent a list of users. */
  listRead(): void {
    this.#missed?.listRead()
  }

  /** The client is sent the present states of all that it watches from now on. `everybody`: not of all users. */
  superseded(everybody: boolean): void {
    this.#missedRooms = undefined
    if (!everybody) this.#missed = undefined
  }

  /** The client is nobody's any more. */
  forget(): void {
    this.superseded(false)
  }

  /** From time to time. */
  tellMissed(): void {
    while (this.#missed !== undefined && !this.#sink.isCongested) {
      const changes = this.#missed.take(TOLD_AT_ONCE)
      if (this.#missed.size === 0) this.#missed = undefined
      if (changes.length > 0) this.#sendBatch(presenceNews(changes).batch)
    }
    for (const [room, frame] of this.#missedRooms ?? []) {
      if (this.#sink.isCongested) return
      this.#missedRooms?.delete(room)
      this.#client.frame(frame)
    }
    this.#missedRooms = undefined
  }

  #sendBatch(batch: FrameBatch, except?: number): void {
    const pieces = this.#sink.joinsFrames ? batch.joined(except) : batch.single(except)
    const updates = batch.frames.length - (except === undefined ? 0 : 1)
    if (pieces.length > 0) this.#client.updates(pieces, updates)
  }
}
