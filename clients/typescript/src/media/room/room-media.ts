import type { Person, Unsubscribe } from '../../index.ts'
import type { Member } from '../../rooms/index.ts'
import type { Media, MediaOptions } from '../media.ts'

/** As of a call, for each member. */
export type RoomMediaOptions = MediaOptions

/** What there is of one member. */
export type MemberMedia = Pick<
  Media,
  'peerConnection' | 'remoteStream' | 'state' | 'channel' | 'quality' | 'on'
>

/** The audio, video and data of a room: a connection for each member. It ends by itself. */
export interface RoomMedia {
  /** What each member sends, by its id; of those who send something. */
  readonly streams: ReadonlyMap<string, MediaStream>
  /** Undefined of who is not in the room. */
  of(member: Person | string): MemberMedia | undefined
  /** Other devices in place of the present ones, for all. A kind that is not in the stream is no longer sent. */
  setStream(stream: MediaStream): Promise<void>
  on<E extends keyof RoomMediaEvents>(event: E, listener: (value: RoomMediaEvents[E]) => void): Unsubscribe
  /** Leaves no timer, listener or connection. It also happens by itself when the room ends. */
  close(): void
}

export interface RoomMediaEvents {
  /** A connection to a member begins. Listen to `media` for what it tells: its state, its channel, its quality. */
  member: { readonly member: Member; readonly media: MemberMedia }
  /** A member begins to send something; it is in `streams` already. */
  track: { readonly member: Member; readonly track: MediaStreamTrack; readonly stream: MediaStream }
  /** The connection to a member is over. */
  gone: { readonly id: string }
}
