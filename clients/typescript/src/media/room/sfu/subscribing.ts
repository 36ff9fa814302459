import type { Client, Unsubscribe } from '../../../index.ts'
import type { RoomSfu, SfuEvents, SfuStream } from '../../../rooms/index.ts'
import { listenToConnection } from '../../listen-to.ts'
import { listenToLink } from '../../listen-to-link.ts'
import type { LinkState } from '../../media-state.ts'
import type { MediaOptions } from '../../media.ts'
import { describe } from '../../negotiation/describe.ts'
import { connect } from '../../platform.ts'
import { iceConfiguration } from '../../recovery/ice-configuration.ts'
import { Recovery } from '../../recovery/recovery.ts'

type SfuSignal = SfuEvents['signal']

/** A track, and what it is. */
export interface Carried {
  readonly stream: SfuStream
  readonly track: MediaStreamTrack
}

export interface SubscribingOptions {
  readonly client: Pick<Client, 'iceServers' | 'on'>
  readonly sfu: RoomSfu
  readonly media: MediaOptions
  /** All that the connection carries from here on. */
  readonly onTracks: (carried: readonly Carried[]) => void
  readonly onLink: (link: LinkState) => void
  /** At most the name of the error: its message may quote a session description. */
  readonly onFault: (step: string, error: unknown) => void
}

/** The connection by which all that the others publish arrives. The media server offers, this side answers. */
export class Subscribing {
  readonly connection: RTCPeerConnection
  readonly #options: SubscribingOptions
  readonly #recovery: Recovery
  readonly #ends: Unsubscribe[]
  /** That of the first offer; another name is another connection. */
  #name: string | undefined
  #last = Promise.resolve()
  #isClosed = false

  constructor(options: SubscribingOptions) {
    const { client, sfu, media, onLink } = options
    this.#options = options
    const configuration = () => iceConfiguration(media.configuration, client.iceServers)
    const connection = connect(media, configuration())
    this.connection = connection
    this.#recovery = new Recovery({
      polite: false,
      restart: () => {
        sfu.renew()
      },
    })
    this.#recovery.canOffer(true)
    this.#ends = [
      listenToLink(connection, (link) => {
        this.#recovery.link(link)
        onLink(link)
      }),
      listenToConnection(connection, 'icecandidate', ({ candidate }) => {
        this.#found(candidate)
      }),
      client.on('state', ({ name }) => {
        this.#recovery.canOffer(name === 'online')
      }),
      client.on('iceServers', () => {
        this.#do('renew the ICE servers', () => {
          connection.setConfiguration(configuration())
        })
      }),
    ]
  }

  /** Whether a signal with this name is one of this connection. */
  isNamed(name: string): boolean {
    return this.#name === name
  }

  /** Whether it has been offered anything yet. */
  get isNew(): boolean {
    return this.#name === undefined
  }

  take(signal: SfuSignal): void {
    if (signal.kind === 'offer') {
      this.#name = signal.connection
      this.#do('take an offer', () => this.#answer(signal.sdp, signal.streams))
    } else if (signal.kind === 'candidate') {
      const { candidate, sdpMid, sdpMLineIndex } = signal
      this.#do('take a candidate', () =>
        this.connection.addIceCandidate({ candidate, sdpMid, sdpMLineIndex }),
      )
    }
  }

  /** The connection to the server is there again. */
  resumed(): void {
    this.#recovery.resumed()
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const end of this.#ends) end()
    this.#recovery.close()
    this.connection.close()
  }

  async #answer(sdp: string, streams: readonly SfuStream[]): Promise<void> {
    await this.connection.setRemoteDescription({ type: 'offer', sdp })
    const description = await describe(this.connection)
    if (this.#isClosed || description === undefined) return
    this.#options.sfu.send({ kind: 'answer', sdp: description.sdp, connection: this.#name ?? '' })
    const transceivers = this.connection.getTransceivers()
    this.#options.onTracks(
      streams.flatMap((stream) => {
        const track = transceivers.find(({ mid }) => mid === stream.mid)?.receiver.track
        return track === undefined ? [] : [{ stream, track }]
      }),
    )
  }

  #found(found: RTCIceCandidate | null): void {
    if (found === null || found.candidate === '' || this.#name === undefined) return
    const { candidate, sdpMid, sdpMLineIndex } = found
    this.#options.sfu.send({ kind: 'candidate', candidate, sdpMid, sdpMLineIndex, connection: this.#name })
  }

  /** One step at a time, in the order of the signals. */
  #do(step: string, work: () => void | Promise<void>): void {
    this.#last = this.#last.then(async () => {
      if (this.#isClosed) return
      try {
        await work()
      } catch (error) {
        this.#options.onFault(step, error)
      }
    })
  }
}
