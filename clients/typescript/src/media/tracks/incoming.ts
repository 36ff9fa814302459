import type { Unsubscribe } from '../../index.ts'
import { listenTo, listenToConnection } from '../listen-to.ts'

export interface IncomingOptions {
  readonly connection: RTCPeerConnection
  readonly MediaStream: typeof globalThis.MediaStream | undefined
  readonly onTrack: (track: MediaStreamTrack) => void
}

/** What the peer sends, in one stream whatever streams the peer has. */
export class Incoming {
  readonly #stream: MediaStream | undefined
  readonly #seen = new Map<MediaStreamTrack, Unsubscribe>()
  readonly #end: Unsubscribe

  constructor({ connection, MediaStream, onTrack }: IncomingOptions) {
    this.#stream = MediaStream === undefined ? undefined : new MediaStream()
    this.#end = listenToConnection(connection, 'track', ({ track }) => {
      // It comes again after each hold.
      if (this.#seen.has(track)) return
      this.#seen.set(
        track,
        listenTo(track, 'ended', () => {
          this.#forget(track)
        }),
      )
      this.#stream?.addTrack(track)
      onTrack(track)
    })
  }

  get stream(): MediaStream {
    if (this.#stream !== undefined) return this.#stream
    throw new Error('remoteStream needs the option MediaStream where there is no global one, as in Node')
  }

  close(): void {
    this.#end()
    for (const end of this.#seen.values()) end()
    this.#seen.clear()
  }

  #forget(track: MediaStreamTrack): void {
    this.#seen.get(track)?.()
    this.#seen.delete(track)
    this.#stream?.removeTrack(track)
  }
}
