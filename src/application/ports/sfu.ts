import type { RoomId, SessionId, UserId } from '../../domain/ids.ts'
import type { MediaKind } from '../../domain/room.ts'
import type { Signal } from '../signaling/signal.ts'

/** A member's place at the SFU. A session is in one room at most, so that it has one seat at most. */
export interface Seat {
  readonly room: RoomId
  readonly user: UserId
  readonly session: SessionId
}

/** What the SFU must know of the room when a member comes. */
export interface SfuRoom {
  /** Of a room that is not permanent: another one where it is made again under the same id. */
  readonly life: string | undefined
  readonly maxMembers: number
}

/** What one mid of a subscribing connection carries. */
export interface SfuStream {
  readonly mid: string
  /** Whose it is. */
  readonly user: UserId
  readonly kind: 'audio' | 'video'
  /** Its mid on that member's own publishing connection: it tells a camera from a screen. */
  readonly source: string
}

/**
 * A signal between a member and the SFU. Who offers names the connection: another name is another connection, and the
 * earlier one of the same direction is thrown away. Answers and candidates bear the name; what bears an old one is dropped.
 */
export type SfuSignal = Signal & { readonly connection: string }

/** How much of a stream that is sent in several layers one member wants; of others nothing comes of it. */
export interface SfuLayers {
  /** Of the subscribing connection: one that it does not have is passed over. */
  readonly connection: string
  readonly mid: string
  /** Of the picture's size: 0 is the smallest, 2 the largest. */
  readonly substream?: number | undefined
  /** Of the frames: 0 are the fewest, 2 are all. */
  readonly temporal?: number | undefined
}

export type SfuNews =
  /** Of the publishing connection. */
  | (Extract<SfuSignal, { kind: 'answer' }> & { readonly seat: Seat })
  | (Extract<SfuSignal, { kind: 'candidate' }> & { readonly seat: Seat })
  /** Of the subscribing connection: `streams` are all that it carries from here on. */
  | (Extract<SfuSignal, { kind: 'offer' }> & { readonly seat: Seat; readonly streams: readonly SfuStream[] })
  /** `lost`: both connections are gone, and signals do nothing until `ready`, after which all is negotiated anew. */
  | { readonly kind: 'lost' | 'ready'; readonly seat: Seat }
  /** Its media arrive by the publishing connection of that name; undefined: by none any more, where it is not `lost`. */
  | { readonly kind: 'publishing'; readonly seat: Seat; readonly connection: string | undefined }
  /** `user`, in the room of this seat, has begun to speak, or has stopped. Each seat is told of itself, too. */
  | { readonly kind: 'speaking'; readonly seat: Seat; readonly user: UserId; readonly on: boolean }
  /** The SFU does not take the signal that named this connection: the member has done something wrong. */
  | { readonly kind: 'refused'; readonly seat: Seat; readonly connection: string; readonly why: string }

/** Never throws. May be called while a method of the port is running. */
export type SfuListener = (news: SfuNews) => void

/**
 * Sends each member's media on to the others of its room. No method throws or waits: what comes of it is told to the
 * listener. What is held for a seat is bounded and has a deadline; calls for one seat are carried out in their order.
 */
export interface Sfu {
  /**
   * The member may publish from here on, and is offered what the others publish. Is told `lost` where no SFU is there.
   * Where it has this seat already, it is told `ready` and all is negotiated anew.
   */
  enter(seat: Seat, room: SfuRoom): void
  /** An offer publishes; an answer is to the last offer of the subscribing connection. Nothing for who has no seat. */
  signal(seat: Seat, signal: SfuSignal): void
  /** Throws the subscribing connection away: the member is offered another one. */
  renew(seat: Seat): void
  layers(seat: Seat, layers: SfuLayers): void
  /** Of these kinds nothing of the member's is passed on from here on, whatever it publishes. */
  mute(seat: Seat, kinds: readonly MediaKind[]): void
  leave(seat: Seat): void
}

/** As the one who opened it holds it. */
export interface OwnSfu extends Sfu {
  end(): Promise<void>
}
