import type { Unsubscribe } from '../../../index.ts'
import { Emitter } from '../../../emitter.ts'
import type { MediaState } from '../../media-state.ts'
import type { MediaEvents } from '../../media.ts'
import type { MemberMedia } from '../room-media.ts'

/** What there is of one member where the media of all come by one connection. */
export class SfuMember implements MemberMedia {
  readonly channel = undefined
  readonly quality = undefined
  readonly #connection: () => RTCPeerConnection
  readonly #MediaStream: typeof globalThis.MediaStream | undefined
  readonly #emitter = new Emitter<MediaEvents>()
  #carrier: RTCPeerConnection | undefined
  #tracks: readonly MediaStreamTrack[] = []
  #stream: MediaStream | undefined
  #state: MediaState

  constructor(
    connection: () => RTCPeerConnection,
    MediaStream: typeof globalThis.MediaStream | undefined,
    state: MediaState,
  ) {
    this.#connection = connection
    this.#MediaStream = MediaStream
    this.#stream = MediaStream && new MediaStream()
    this.#state = state
  }

  get peerConnection(): RTCPeerConnection {
    return this.#connection()
  }

  get remoteStream(): MediaStream {
    if (this.#stream !== undefined) return this.#stream
    throw new Error('remoteStream needs the option MediaStream where there is no global one, as in Node')
  }

  get state(): MediaState {
    return this.#state
  }

  get sends(): boolean {
    return this.#tracks.length > 0
  }

  on<E extends keyof MediaEvents>(event: E, listener: (value: MediaEvents[E]) => void): Unsubscribe {
    return this.#emitter.on(event, listener)
  }

  /** All that it sends from here on. The answer is what is new of it. */
  carry(tracks: readonly MediaStreamTrack[]): readonly MediaStreamTrack[] {
    const { peerConnection } = this
    // An element that has shown the tracks of a connection that is gone begins anew.
    if (this.#carrier !== peerConnection) {
      this.#tracks = []
      this.#stream = this.#MediaStream && new this.#MediaStream()
    }
    this.#carrier = peerConnection
    const before = this.#tracks
    this.#tracks = tracks
    for (const track of before) if (!tracks.includes(track)) this.#stream?.removeTrack(track)
    const fresh = tracks.filter((track) => !before.includes(track))
    for (const track of fresh) this.#stream?.addTrack(track)
    for (const track of fresh) this.#emitter.emit('track', track)
    return fresh
  }

  become(state: MediaState): void {
    if (state.name === this.#state.name) return
    this.#state = state
    this.#emitter.emit('state', state)
  }
}
