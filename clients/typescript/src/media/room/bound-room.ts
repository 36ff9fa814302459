import type { Client, Person, Unsubscribe } from '../../index.ts'
import type { Member, Room } from '../../rooms/index.ts'
import { Emitter } from '../../emitter.ts'
import { BoundMedia } from '../bound-media.ts'
import { connectionOf, mediaStreamOf } from '../platform.ts'
import { type Kind, Silence } from '../tracks/silence.ts'
import { MemberCall } from './member-call.ts'
import type { MemberMedia, RoomMedia, RoomMediaEvents, RoomMediaOptions } from './room-media.ts'

interface Bound {
  readonly call: MemberCall
  readonly media: BoundMedia
}

export class BoundRoom implements RoomMedia {
  readonly streams = new Map<string, MediaStream>()
  readonly #client: Pick<Client, 'iceServers' | 'on'>
  readonly #room: Room
  readonly #options: RoomMediaOptions
  readonly #emitter = new Emitter<RoomMediaEvents>()
  readonly #bound = new Map<string, Bound>()
  /** All connections send the same tracks: they are silenced once for all. */
  readonly #silence = new Silence()
  readonly #ends: Unsubscribe[]
  #stream: MediaStream | undefined
  #closed = false

  constructor(client: Pick<Client, 'iceServers' | 'on'>, room: Room, options: RoomMediaOptions) {
    // Here rather than when somebody joins.
    connectionOf(options)
    this.#client = client
    this.#room = room
    this.#options = options
    this.#stream = options.stream
    this.#mute()
    this.#ends = this.#listen()
    for (const member of room.members) this.#add(member)
    // Last, as it brings what has come before.
    this.#ends.push(room.on('signal', ({ from, signal }) => this.#bound.get(from.id)?.call.deliver(signal)))
    if (room.state.name === 'ended') this.close()
  }

  of(member: Person | string): MemberMedia | undefined {
    return this.#bound.get(typeof member === 'string' ? member : member.id)?.media
  }

  async setStream(stream: MediaStream): Promise<void> {
    if (this.#closed) return
    this.#stream = stream
    this.#mute()
    await Promise.all([...this.#bound.values()].map(({ media }) => media.setStream(stream)))
  }

  on<E extends keyof RoomMediaEvents>(event: E, listener: (value: RoomMediaEvents[E]) => void): Unsubscribe {
    return this.#emitter.on(event, listener)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const end of this.#ends) end()
    for (const id of [...this.#bound.keys()]) this.#drop(id, 'left')
    this.#silence.close()
  }

  #listen(): Unsubscribe[] {
    const room = this.#room
    const change = (member: Member) => this.#bound.get(member.id)?.call.changed(member)
    return [
      room.on('joined', (member) => {
        this.#add(member)
      }),
      room.on('left', ({ member, reason }) => {
        this.#drop(member.id, reason)
      }),
      room.on('updated', change),
      room.on('reconnecting', change),
      room.on('connected', change),
      room.on('own', () => {
        this.#mute()
      }),
      room.on('resumed', () => {
        for (const { call } of this.#bound.values()) call.resumed()
      }),
      room.on('ended', () => {
        this.close()
      }),
    ]
  }

  #add(member: Member): void {
    const { id } = member
    const call = new MemberCall(this.#room, member)
    const stream = this.#stream
    const media = new BoundMedia(this.#client, call, { ...this.#options, ...(stream && { stream }) })
    this.#bound.set(id, { call, media })
    media.on('track', (track) => {
      if (mediaStreamOf(this.#options) === undefined) return
      this.streams.set(id, media.remoteStream)
      this.#emitter.emit('track', { member, track, stream: media.remoteStream })
    })
    this.#emitter.emit('member', { member, media })
  }

  #drop(id: string, reason: string): void {
    const bound = this.#bound.get(id)
    if (bound === undefined) return
    this.#bound.delete(id)
    this.streams.delete(id)
    bound.call.end(reason)
    this.#emitter.emit('gone', { id })
  }

  #mute(): void {
    this.#silence.mute(this.#room.own)
    const stream = this.#stream
    if (stream === undefined) return
    const first: readonly [Kind, MediaStreamTrack | undefined][] = [
      ['audio', stream.getAudioTracks()[0]],
      ['video', stream.getVideoTracks()[0]],
    ]
    for (const [kind, track] of first) if (track !== undefined) this.#silence.apply(kind, track)
  }
}
