import type { Log, Unsubscribe } from '../index.ts'
import type { MediaState } from './media-state.ts'
import type { Quality } from './quality/quality.ts'

export interface MediaOptions {
  /** What the peer is to hear and see: the first audio and the first video track of it. Its tracks stay the caller's. */
  readonly stream?: MediaStream
  /** In Node that of @roamhq/wrtc. */
  readonly RTCPeerConnection?: typeof globalThis.RTCPeerConnection
  /** In Node that of @roamhq/wrtc; needed there for `remoteStream`. */
  readonly MediaStream?: typeof globalThis.MediaStream
  /** `iceServers` are tried beside those of the client. */
  readonly configuration?: RTCConfiguration
  /** The label of a data channel, which both sides have without one asking the other. Both must give one. */
  readonly dataChannel?: string
  /** How often it is measured: every 2,000 ms. */
  readonly quality?: { readonly everyMs?: number } | false
  /** Never gets a session description or a candidate. */
  readonly log?: Log
}

/** The audio, video and data of one call. It negotiates, recovers and ends by itself. */
export interface Media {
  readonly peerConnection: RTCPeerConnection
  /**
   * One and the same from the beginning to the end; tracks come and go. Give it to an element at the event `track`: Chromium
   * does not begin to play a stream that was empty at first and has only sound.
   */
  readonly remoteStream: MediaStream
  readonly state: MediaState
  /** That of `dataChannel`; it may be sent on once it is open. */
  readonly channel: RTCDataChannel | undefined
  /** The last one measured; undefined before there are two samples, and while somebody holds the call. */
  readonly quality: Quality | undefined
  /** Other devices in place of the present ones. A kind that is not in the stream is no longer sent. */
  setStream(stream: MediaStream): Promise<void>
  /** Shows the first video track in place of the camera. Ends by itself with that track. Rejects without a video track. */
  shareScreen(stream: MediaStream): Promise<void>
  /** Stops the tracks of the screen, and shows the camera again if there is one. */
  stopSharing(): Promise<void>
  on<E extends keyof MediaEvents>(event: E, listener: (value: MediaEvents[E]) => void): Unsubscribe
  /** Leaves no timer, listener or connection. It also happens by itself when the call ends. */
  close(): void
}

export interface MediaEvents {
  state: MediaState
  /** The peer begins to send something; it is in `remoteStream` already. */
  track: MediaStreamTrack
  /** A data channel is open: that of `dataChannel`, or one that the peer made by itself. */
  channel: RTCDataChannel
  quality: Quality
  sharing: boolean
}
