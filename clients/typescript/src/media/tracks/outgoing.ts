import type { Directions } from './directions.ts'
import { type Kind, type Muted, Silence } from './silence.ts'

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
  readonly #silence = new Silence()

  constructor(connection: RTCPeerConnection, directions: Directions) {
    this.#connection = connection
    this.#directions = directions
  }

  /** Replaces what is sent of the kind; without a negotiation, unless it begins or ends. */
  async put(kind: Kind, source: Source | undefined): Promise<void> {
    if (source !== undefined) this.#silence.apply(kind, source.track)
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
    this.#silence.mute(muted)
    for (const [kind, { track }] of this.#senders) if (track !== null) this.#silence.apply(kind, track)
  }

  close(): void {
    this.#silence.close()
  }
}
