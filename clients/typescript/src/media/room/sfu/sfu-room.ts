import type { Client, Person, Unsubscribe } from '../../../index.ts'
import type { Member, Room, RoomSfu, SfuEvents, SfuState } from '../../../rooms/index.ts'
import { Emitter } from '../../../emitter.ts'
import { BoundMedia } from '../../bound-media.ts'
import { type MediaState, nextState } from '../../media-state.ts'
import { connectionOf, mediaStreamOf } from '../../platform.ts'
import type { MemberMedia, RoomMedia, RoomMediaEvents, RoomMediaOptions } from '../room-media.ts'
import { PublishCall } from './publish-call.ts'
import { SfuMember } from './sfu-member.ts'
import { type Carried, Subscribing } from './subscribing.ts'

interface Published {
  readonly call: PublishCall
  readonly media: BoundMedia
}

/** The media of a room by a media server: a connection to publish by, and one for all that the others publish. */
export class SfuRoom implements RoomMedia {
  readonly streams = new Map<string, MediaStream>()
  readonly #client: Pick<Client, 'iceServers' | 'on'>
  readonly #room: Room
  readonly #sfu: RoomSfu
  readonly #options: RoomMediaOptions
  readonly #emitter = new Emitter<RoomMediaEvents>()
  readonly #here = new Map<string, SfuMember>()
  readonly #ends: Unsubscribe[]
  #stream: MediaStream | undefined
  #published: Published | undefined
  #subscribing: Subscribing
  /** All that comes by it. */
  #carried: readonly Carried[] = []
  /** Of the subscribing connection. */
  #state: MediaState = { name: 'connecting' }
  #isClosed = false

  constructor(
    client: Pick<Client, 'iceServers' | 'on'>,
    room: Room,
    { sfu, options }: { readonly sfu: RoomSfu; readonly options: RoomMediaOptions },
  ) {
    connectionOf(options)
    this.#client = client
    this.#room = room
    this.#sfu = sfu
    this.#options = options
    this.#stream = options.stream
    this.#subscribing = this.#open()
    for (const member of room.members) this.#add(member)
    this.#ends = this.#listen()
    this.#publish()
    // Last, as it brings what has come before.
    this.#ends.push(
      sfu.on('signal', (signal) => {
        this.#take(signal)
      }),
    )
    if (room.state.name === 'ended') this.close()
  }

  of(member: Person | string): MemberMedia | undefined {
    return this.#here.get(typeof member === 'string' ? member : member.id)
  }

  async setStream(stream: MediaStream): Promise<void> {
    if (this.#isClosed) return
    this.#stream = stream
    if (this.#published === undefined) this.#publish()
    else await this.#published.media.setStream(stream)
  }

  on<E extends keyof RoomMediaEvents>(event: E, listener: (value: RoomMediaEvents[E]) => void): Unsubscribe {
    return this.#emitter.on(event, listener)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const end of this.#ends) end()
    this.#published?.call.end()
    this.#subscribing.close()
    for (const id of [...this.#here.keys()]) this.#drop(id)
  }

  #listen(): Unsubscribe[] {
    const room = this.#room
    return [
      room.on('joined', (member) => {
        this.#add(member)
      }),
      room.on('left', ({ member }) => {
        this.#drop(member.id)
      }),
      room.on('own', (own) => this.#published?.call.changed(own)),
      room.on('resumed', () => {
        this.#published?.call.resumed()
        this.#subscribing.resumed()
      }),
      room.on('ended', () => {
        this.close()
      }),
      this.#sfu.on('state', (state) => {
        this.#become(state)
      }),
    ]
  }

  #become(state: SfuState): void {
    this.#published?.call.end()
    this.#published = undefined
    this.#subscribing.close()
    if (state === 'ready') {
      this.#subscribing = this.#open()
      this.#state = { name: 'connecting' }
      this.#publish()
    } else this.#state = { name: 'interrupted', since: Date.now() }
    this.#tellStates()
  }

  #publish(): void {
    const stream = this.#stream
    // Nobody would see anything of it.
    if (this.#sfu.state === 'lost' || stream === undefined || stream.getTracks().length === 0) return
    const { dataChannel: _none, ...options } = this.#options
    const call = new PublishCall(this.#sfu, this.#room.own)
    const media = new BoundMedia(this.#client, call, { ...options, stream, quality: false })
    this.#published = { call, media }
  }

  #take(signal: SfuEvents['signal']): void {
    const { kind, connection } = signal
    if (connection === this.#published?.call.name) this.#published.call.deliver(signal)
    else if (this.#subscribing.isNamed(connection)) this.#subscribing.take(signal)
    else if (kind === 'offer') {
      if (!this.#subscribing.isNew) {
        this.#subscribing.close()
        this.#subscribing = this.#open()
      }
      this.#subscribing.take(signal)
    }
  }

  #open(): Subscribing {
    this.#carried = []
    return new Subscribing({
      client: this.#client,
      sfu: this.#sfu,
      media: this.#options,
      onTracks: (carried) => {
        this.#carried = carried
        for (const id of this.#here.keys()) this.#carry(id)
        this.#tellStates()
      },
      onLink: (link) => {
        this.#state = nextState(this.#state, { name: 'link', link, at: Date.now() })
        this.#tellStates()
      },
      onFault: (step, error) => {
        // What meets a connection that is closed in the middle of it is none.
        if (this.#isClosed) return
        const name = error instanceof Error ? error.name : typeof error
        this.#options.log?.({ step, error: name, level: 'warn', event: 'media_fault', at: Date.now() })
      },
    })
  }

  #carry(id: string): void {
    const [media, member] = [this.#here.get(id), this.#room.members.get(id)]
    if (media === undefined || member === undefined) return
    const tracks = this.#carried.filter(({ stream }) => stream.user === id).map(({ track }) => track)
    const fresh = media.carry(tracks)
    if (mediaStreamOf(this.#options) === undefined) return
    if (tracks.length === 0) this.streams.delete(id)
    else this.streams.set(id, media.remoteStream)
    for (const track of fresh) this.#emitter.emit('track', { member, track, stream: media.remoteStream })
  }

  #add(member: Member): void {
    const connection = () => this.#subscribing.connection
    const media = new SfuMember(connection, mediaStreamOf(this.#options), this.#stateOf(false))
    this.#here.set(member.id, media)
    this.#emitter.emit('member', { member, media })
    // The media server may have known of it first.
    this.#carry(member.id)
    this.#tellStates()
  }

  #drop(id: string): void {
    const media = this.#here.get(id)
    if (media === undefined) return
    this.#here.delete(id)
    this.streams.delete(id)
    media.become({ name: 'closed' })
    this.#emitter.emit('gone', { id })
  }

  #tellStates(): void {
    for (const media of this.#here.values()) media.become(this.#stateOf(media.sends))
  }

  /** There is nothing to wait for of who sends nothing. */
  #stateOf(sends: boolean): MediaState {
    return sends || this.#sfu.state === 'lost' ? this.#state : { name: 'connected' }
  }
}
