import type { Call, CallState, Client, Ongoing, Unsubscribe } from '../index.ts'
import { createDataChannel } from './data-channel.ts'
import { Emitter } from '../emitter.ts'
import { listenTo, listenToConnection } from './listen-to.ts'
import { listenToLink } from './listen-to-link.ts'
import { type LinkState, type MediaState, type MediaStep, nextState } from './media-state.ts'
import type { Media, MediaEvents, MediaOptions } from './media.ts'
import { Negotiation } from './negotiation/negotiation.ts'
import { connect, mediaStreamOf } from './platform.ts'
import type { Quality } from './quality/quality.ts'
import { QualityWatch } from './quality/quality-watch.ts'
import { rate } from './quality/rating.ts'
import { expectedIn } from './quality/expected-in.ts'
import { iceConfiguration } from './recovery/ice-configuration.ts'
import { Recovery } from './recovery/recovery.ts'
import { Directions } from './tracks/directions.ts'
import { Incoming } from './tracks/incoming.ts'
import { Outgoing } from './tracks/outgoing.ts'
import { Sharing } from './tracks/sharing.ts'

/** What is needed of a call. */
export type BindableCall = Pick<Call, 'state' | 'role' | 'offer' | 'signals' | 'on'> &
  Partial<Pick<Call, 'id' | 'offersFirst'>>

const MEASURED_EVERY_MS = 2000

/** How often the server is told. */
const RATED_EVERY_MS = 30_000

/** Where the parts of `bindMedia` are put together. */
export class BoundMedia implements Media {
  readonly peerConnection: RTCPeerConnection
  readonly channel: RTCDataChannel | undefined
  readonly #client: Pick<Client, 'on'>
  readonly #call: BindableCall
  readonly #options: MediaOptions
  readonly #emitter = new Emitter<MediaEvents>()
  readonly #directions: Directions
  readonly #outgoing: Outgoing
  readonly #sharing: Sharing
  readonly #incoming: Incoming
  readonly #ends: Unsubscribe[]
  #negotiation: Negotiation | undefined
  #recovery: Recovery | undefined
  #watch: QualityWatch | undefined
  #online = true
  #state: MediaState = { name: 'waiting' }
  #quality: Quality | undefined
  #latest: Quality | undefined
  #rateAt = 0

  constructor(client: Pick<Client, 'iceServers' | 'on'>, call: BindableCall, options: MediaOptions) {
    this.#client = client
    this.#call = call
    this.#options = options
    const connection = connect(options, iceConfiguration(options.configuration, client.iceServers))
    this.peerConnection = connection
    this.#directions = new Directions(connection)
    this.#outgoing = new Outgoing(connection, this.#directions)
    this.#sharing = new Sharing(
      {
        outgoing: this.#outgoing,
        onSharing: (on) => {
          this.#emitter.emit('sharing', on)
        },
        onFault: (error) => {
          this.#fault('end the sharing', error)
        },
      },
      options.stream,
    )
    this.#incoming = new Incoming({
      connection,
      MediaStream: mediaStreamOf(options),
      onTrack: (track) => {
        this.#emitter.emit('track', track)
      },
    })
    if (options.dataChannel !== undefined) this.channel = createDataChannel(connection, options.dataChannel)
    this.#ends = this.#listen(client)
    this.#follow(call.state)
  }

  get remoteStream(): MediaStream {
    return this.#incoming.stream
  }

  get state(): MediaState {
    return this.#state
  }

  get quality(): Quality | undefined {
    return this.#quality
  }

  setStream(stream: MediaStream): Promise<void> {
    return this.#sharing.use(stream)
  }

  shareScreen(stream: MediaStream): Promise<void> {
    return this.#sharing.share(stream)
  }

  stopSharing(): Promise<void> {
    return this.#sharing.stop()
  }

  on<E extends keyof MediaEvents>(event: E, listener: (value: MediaEvents[E]) => void): Unsubscribe {
    return this.#emitter.on(event, listener)
  }

  close(): void {
    if (this.#state.name === 'closed') return
    for (const end of this.#ends) end()
    for (const part of [this.#negotiation, this.#recovery, this.#watch, this.#sharing, this.#outgoing])
      part?.close()
    this.#incoming.close()
    this.#quality = undefined
    this.channel?.close()
    this.peerConnection.close()
    this.#step({ name: 'closed' })
  }

  #listen(client: Pick<Client, 'on'>): Unsubscribe[] {
    const connection = this.peerConnection
    const { channel } = this
    return [
      this.#call.on('state', (state) => {
        this.#follow(state)
      }),
      this.#call.on('resumed', () => this.#recovery?.resumed()),
      client.on('state', ({ name }) => {
        this.#online = name === 'online'
        this.#tellWhetherReachable()
      }),
      client.on('iceServers', (servers) => {
        this.#renew(iceConfiguration(this.#options.configuration, servers))
      }),
      listenToLink(connection, (link) => {
        this.#linkChanged(link)
      }),
      listenToConnection(connection, 'signalingstatechange', () => {
        this.#tellWhetherReachable()
        // The peer may have brought new transceivers.
        if (connection.signalingState === 'stable') this.#directions.apply()
      }),
      listenToConnection(connection, 'datachannel', (event) => {
        this.#emitter.emit('channel', event.channel)
      }),
      ...(channel === undefined
        ? []
        : [
            listenTo(channel, 'open', () => {
              this.#emitter.emit('channel', channel)
            }),
          ]),
    ]
  }

  /** Does what the state of the call asks for. */
  #follow(state: CallState): void {
    switch (state.name) {
      case 'ringing-out':
      case 'ringing-in':
        return
      case 'active':
      case 'held':
        this.#outgoing.mute(state.own)
        this.#directions.hold(state.name === 'held')
        this.#begin()
        this.#tellWhetherReachable()
        return
      case 'ended':
        this.#rate()
        this.close()
        return
      default:
        state satisfies never
    }
  }

  /** From the acceptance on. Before it, it is not even certain who is the caller. */
  #begin(): void {
    if (this.#negotiation !== undefined) return
    const connection = this.peerConnection
    const { signals, role, offersFirst = role === 'caller', offer } = this.#call
    const polite = role === 'callee'
    // Who has nothing to send still asks for what the peer has.
    if (offersFirst && this.#options.stream === undefined && this.channel === undefined) {
      for (const kind of ['audio', 'video']) connection.addTransceiver(kind, { direction: 'recvonly' })
    }
    const negotiation = new Negotiation({
      connection,
      signals,
      polite,
      offersFirst,
      ringOffer: offer,
      onFault: (step, error) => {
        this.#fault(step, error)
      },
    })
    this.#negotiation = negotiation
    this.#recovery = new Recovery({
      polite,
      restart: () => {
        this.#log('info', 'ice_restarted')
        negotiation.restart()
      },
    })
    this.#step({ name: 'started' })
    this.#linkChanged(connection.connectionState)
  }

  #linkChanged(link: LinkState): void {
    if (this.#negotiation === undefined) return
    this.#recovery?.link(link)
    this.#step({ name: 'link', link, at: Date.now() })
    if (link === 'connected') this.#measure()
  }

  #tellWhetherReachable(): void {
    const reachable = this.#online && ongoingOf(this.#call.state)?.peerAway === false
    this.#negotiation?.reachable(reachable)
    this.#recovery?.canOffer(reachable && this.peerConnection.signalingState === 'stable')
  }

  /** The next restart gathers candidates with them. */
  #renew(configuration: RTCConfiguration): void {
    try {
      this.peerConnection.setConfiguration(configuration)
    } catch (error) {
      this.#fault('renew the ICE servers', error)
    }
  }

  #measure(): void {
    const { quality } = this.#options
    if (quality === false || this.#watch !== undefined) return
    this.#watch = new QualityWatch({
      connection: this.peerConnection,
      everyMs: quality?.everyMs ?? MEASURED_EVERY_MS,
      expected: () =>
        this.#state.name === 'connected' ? expectedIn(this.#call.state, this.peerConnection) : undefined,
      onQuality: (measured) => {
        this.#quality = measured
        if (measured === undefined) return
        this.#latest = measured
        this.#emitter.emit('quality', measured)
        if (Date.now() >= this.#rateAt) this.#rate()
      },
    })
    this.#rateAt = Date.now() + RATED_EVERY_MS
  }

  /** Tells the server the last that was measured. */
  #rate(): void {
    const latest = this.#latest
    if (latest === undefined) return
    if (this.#call.id !== undefined) rate(this.#client, this.#call.id, latest)
    this.#latest = undefined
    this.#rateAt = Date.now() + RATED_EVERY_MS
  }

  #step(step: MediaStep): void {
    const before = this.#state
    this.#state = nextState(before, step)
    if (this.#state !== before) this.#emitter.emit('state', this.#state)
  }

  /** What it says of it is at most the name of the error: its message may quote a session description. */
  #fault(step: string, error: unknown): void {
    if (this.#state.name === 'closed') return
    this.#log('warn', 'media_fault', { step, error: error instanceof Error ? error.name : typeof error })
  }

  #log(level: 'info' | 'warn', event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#options.log?.({ ...fields, level, event, at: Date.now() })
  }
}

function ongoingOf(state: CallState): Ongoing | undefined {
  return state.name === 'active' || state.name === 'held' ? state : undefined
}
