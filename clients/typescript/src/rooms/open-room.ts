import type { Unsubscribe } from '../ask.ts'
import type { Signal } from '../call/signal.ts'
import { toMessage } from '../call/signal-messages.ts'
import { Emitter } from '../emitter.ts'
import type { Person } from '../users/person.ts'
import type { ClientMessage } from '../wire/client-messages.ts'
import type { ServerPayloads } from '../wire/server-messages.ts'
import { HeldSignals } from './held-signals.ts'
import { LiveMembers, type WireMember } from './live-members.ts'
import type { Member } from './member.ts'
import { LiveSfu } from './live-sfu.ts'
import type { OwnState, Room, RoomEvents, RoomState } from './room.ts'

/** For a listener that comes late. The oldest go first. */
const MAX_KEPT = 1000

type WireRoom = Omit<ServerPayloads['ROOM_JOINED'], 'seq'>

interface Actions {
  readonly me: Person
  readonly nickname: string
  readonly post: (message: ClientMessage) => void
  readonly send: (message: ClientMessage) => void
}

export class OpenRoom implements Room {
  readonly id: string
  readonly name: string
  readonly maxMembers: number
  readonly inviteOnly: boolean
  readonly owner: string | undefined
  readonly members = new LiveMembers()
  readonly sfu: LiveSfu | undefined
  readonly #me: Person
  readonly #post: (message: ClientMessage) => void
  readonly #emitter = new Emitter<RoomEvents>()
  readonly #held = new HeldSignals()
  /** From whom, and what. Undefined once somebody listens. */
  #unheard: { readonly from: string; readonly signal: Signal }[] | undefined = []
  #own: OwnState
  #state: RoomState = { name: 'open' }

  constructor(told: WireRoom, { me, nickname, post, send }: Actions) {
    this.id = told.room_id
    this.name = told.name
    this.maxMembers = told.max_members
    this.inviteOnly = told.invite_only
    this.owner = told.owner_user_id
    this.#me = me
    this.#post = post
    this.#own = { nickname, audioMuted: false, videoMuted: false }
    if (told.mode === 'sfu') this.sfu = new LiveSfu({ room: this.id, me: me.id, post, send })
    for (const member of told.members) this.members.put(member, 'me')
  }

  get state(): RoomState {
    return this.#state
  }

  get own(): OwnState {
    return this.#own
  }

  get isOver(): boolean {
    return this.#state.name === 'ended'
  }

  update({
    nickname = this.#own.nickname,
    audioMuted = this.#own.audioMuted,
    videoMuted = this.#own.videoMuted,
  }: Partial<OwnState>): void {
    const before = this.#own
    const change = {
      ...(nickname !== before.nickname && { nickname }),
      ...(audioMuted !== before.audioMuted && { audio_muted: audioMuted }),
      ...(videoMuted !== before.videoMuted && { video_muted: videoMuted }),
    }
    if (this.isOver || Object.keys(change).length === 0) return
    this.#own = { nickname, audioMuted, videoMuted }
    this.#post({ type: 'ROOM_UPDATE', payload: { room_id: this.id, ...change } })
    this.#emitter.emit('own', this.#own)
  }

  leave(): void {
    this.#ask({ type: 'ROOM_LEAVE', payload: { room_id: this.id } })
    this.end('left')
  }

  remove(member: Person | string): void {
    this.#ask({ type: 'ROOM_REMOVE', payload: { room_id: this.id, user_id: idOf(member) } })
  }

  close(): void {
    this.#ask({ type: 'ROOM_CLOSE', payload: { room_id: this.id } })
  }

  invite(user: Person | string): void {
    this.#ask({ type: 'ROOM_INVITE', payload: { room_id: this.id, to_user_id: idOf(user) } })
  }

  signal(to: Person | string, signal: Signal): void {
    const member = this.members.get(idOf(to))
    if (this.isOver || member === undefined) return
    const way = { call_id: this.id, from_user_id: this.#me.id, to_user_id: member.id }
    const message = toMessage(way, signal)
    if (member.state === 'reconnecting') this.#held.hold(member.id, message)
    else this.#post(message)
  }

  on<E extends keyof RoomEvents>(event: E, listener: (value: RoomEvents[E]) => void): Unsubscribe {
    const end = this.#emitter.on(event, listener)
    if (event === 'signal') {
      const unheard = this.#unheard ?? []
      this.#unheard = undefined
      for (const { from, signal } of unheard) this.deliver(from, signal)
    }
    return end
  }

  /** The server holds no more for a member who is away. */
  tooMany(to: string, message: ClientMessage): void {
    const member = this.members.get(to)
    if (member?.state === 'reconnecting') this.#held.hold(to, message, { refused: true })
    else if (member !== undefined) this.#post(message)
  }

  deliver(from: string, signal: Signal): void {
    const member = this.members.get(from)
    if (member === undefined) return
    if (this.#unheard === undefined) this.#emitter.emit('signal', { from: member, signal })
    else this.#unheard = [...this.#unheard.slice(1 - MAX_KEPT), { from, signal }]
  }

  news({ event, member: told, reason = 'left' }: ServerPayloads['ROOM_MEMBER']): void {
    const known = this.members.get(told.user_id)
    if (event === 'joined') {
      // It has left in between.
      if (known !== undefined) this.#gone(known, reason)
      this.#emitter.emit('joined', this.members.put(told, 'peer'))
    } else if (known === undefined) return
    else if (event === 'left') this.#gone(known, reason)
    else this.#changed(told, event)
  }

  /** As the server knows it after all that was missed. */
  caughtUp({ members }: WireRoom): void {
    const ids = new Set(members.map(({ user_id }) => user_id))
    for (const member of [...this.members]) if (!ids.has(member.id)) this.#gone(member, 'left')
    for (const told of members) {
      const known = this.members.get(told.user_id)
      if (known === undefined) this.#emitter.emit('joined', this.members.put(told, 'peer'))
      else if (known.state !== told.state) this.#changed(told, told.state)
      else if (isOther(known, told)) this.#changed(told, 'updated')
    }
    if (!this.isOver) this.#emitter.emit('resumed', undefined)
  }

  end(reason: string): void {
    if (this.isOver) return
    this.#state = { name: 'ended', reason }
    this.#unheard = []
    this.#emitter.emit('ended', { reason })
  }

  #ask(message: ClientMessage): void {
    if (!this.isOver) this.#post(message)
  }

  #changed(told: WireMember, event: 'updated' | 'reconnecting' | 'connected'): void {
    const member = this.members.put(told, 'peer')
    if (member.state === 'connected') for (const message of this.#held.take(member.id)) this.#post(message)
    this.#emitter.emit(event, member)
  }

  /** Nothing of it is left behind: it may come again. */
  #gone(member: Member, reason: string): void {
    this.members.delete(member.id)
    this.#held.take(member.id)
    this.#unheard = this.#unheard?.filter(({ from }) => from !== member.id)
    this.#emitter.emit('left', { member, reason })
  }
}

function idOf(who: Person | string): string {
  return typeof who === 'string' ? who : who.id
}

function isOther(known: Member, told: WireMember): boolean {
  return (
    known.nickname !== told.nickname ||
    known.audioMuted !== told.audio_muted ||
    known.videoMuted !== told.video_muted
  )
}
