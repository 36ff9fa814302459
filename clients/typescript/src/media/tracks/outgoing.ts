import type { Side } from '../../index.ts'
import type { Directions } from './directions.ts'

export type Kind = 'audio' | 'video'
export type Muted = Pick<Side, 'audioMuted' | 'videoMuted'>

/** A track, and the stream in whose company the peer gets it. */
export interface Source {
  readonly track: MediaStreamTrack
  readonly stream: MediaStream
}

/** The one audio and the one video track that are sent. */
export class Outgoing {
  readonly #connection: RTCPeerConnection
  readonly #directions: Directions
  readonly #senders = new Map<Kind, RTCRtpSender>()
  /** Disabled here, and to be enabled again. What the application has disabled stays so. */
  readonly #silenced = new Set<MediaStreamTrack>()
  #muted: Muted = { audioMuted: false, videoMuted: false }

  constructor(connection: RTCPeerConnection, directions: Directions) {
    this.#connection = connection
    this.#directions = directions
  }

  /** Replaces what is sent of the kind; without a negotiation, unless it begins or ends. */
  async put(kind: Kind, source: Source | undefined): Promise<void> {
    if (source !== undefined) this.#silence(kind, source.track)
    const sender = this.#senders.get(kind)
    if (sender !== undefined) {
      this.#directions.sends(sender, source !== undefined)
      await sender.replaceTrack(source?.track ?? null)
    } else if (source !== undefined) {
      this.#senders.set(kind, this.#connection.addTrack(source.track, source.stream))
      this.#directions.apply()
    }
  }

  mute(muted: Muted): void {
    this.#muted = muted
    for (const [kind, { track }] of this.#senders) if (track !== null) this.#silence(kind, track)
  }

  close(): void {
    for (const track of this.#silenced) track.enabled = true
    this.#silenced.clear()
  }

  #silence(kind: Kind, track: MediaStreamTrack): void {
    if (!this.#muted[`${kind}Muted`]) {
      if (this.#silenced.delete(track)) track.enabled = true
    } else if (track.enabled) {
      track.enabled = false
      this.#silenced.add(track)
    }
  }
}
