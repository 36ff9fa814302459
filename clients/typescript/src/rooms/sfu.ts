import type { Unsubscribe } from '../ask.ts'
import type { Signal } from '../call/signal.ts'

/**
 * The media server of a room with the mode `sfu`. Who offers names the connection, and answers and candidates bear its name:
 * another name is another connection, in the place of the earlier one.
 */
export interface RoomSfu {
  /** `lost`: both connections are gone. After `ready` all is negotiated anew. */
  readonly state: SfuState
  /** An offer publishes. An answer is to an offer of the server's, which subscribes. */
  send(signal: SfuSignal): void
  /** Has the server offer a new connection to subscribe by. Nothing is sent while there is no connection to the server. */
  renew(): void
  on<E extends keyof SfuEvents>(event: E, listener: (value: SfuEvents[E]) => void): Unsubscribe
}

export type SfuState = 'lost' | 'ready'

export type SfuSignal = Signal & { readonly connection: string }

/** What one mid of the offered connection carries. */
export interface SfuStream {
  readonly mid: string
  /** Whose it is. */
  readonly user: string
  readonly kind: 'audio' | 'video'
  /** Its mid on the connection by which that member publishes. */
  readonly source: string
}

export interface SfuEvents {
  state: SfuState
  /** In order, each once. `streams`: of an offer, all that it carries. What has come before there is a listener is told to the first one. */
  signal: SfuSignal & { readonly streams: readonly SfuStream[] }
}
