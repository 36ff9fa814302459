import type { Ask, Unsubscribe } from '../ask.ts'
import { Outbox } from '../call/outbox.ts'
import { fromMessage } from '../call/signal-messages.ts'
import type { Host, Part } from '../client/part.ts'
import { Emitter } from '../emitter.ts'
import { RoomRtcError } from '../error.ts'
import { refusal, requestId } from '../link/requests.ts'
import type { ClientMessage } from '../wire/client-messages.ts'
import type { ServerMessage, ServerPayloads } from '../wire/server-messages.ts'
import type { Join } from './join.ts'
import { SFU } from './live-sfu.ts'
import { OpenRoom } from './open-room.ts'
import type { Room } from './room.ts'
import type { JoinOptions, PageOptions, RoomPage, Rooms, RoomsEvents } from './rooms.ts'
import { learnCodes } from '../wire/binary.ts'
import { learn } from '../wire/read-message.ts'
import { roomShapes } from '../wire/room-shapes.ts'
import { sfuCodes } from '../wire/sfu-codes.ts'
import { sfuShapes } from '../wire/sfu-shapes.ts'

/** The room of one user, the way into it, and the list of rooms. */
export class LiveRooms implements Rooms, Part {
  readonly #host: Host
  readonly #outbox: Outbox
  readonly #emitter = new Emitter<RoomsEvents>()
  /** By the id of the message. */
  readonly #joins = new Map<string, Join>()
  #current: OpenRoom | undefined
  /** By what a room was left that was never told to be entered. */
  #leftBy: string | undefined

  constructor(host: Host) {
    learn({ ...roomShapes, ...sfuShapes })
    learnCodes(sfuCodes)
    this.#host = host
    this.#outbox = new Outbox(host, 'r')
  }

  get current(): Room | undefined {
    return this.#current
  }

  get isBusy(): boolean {
    return this.#current !== undefined
  }

  join(id: string, { nickname, invite, signal }: JoinOptions = {}): Promise<Room> {
    return this.#host.asker.wait<Room>('join', signal && { signal }, ({ resolve, reject }) => {
      const me = this.#host.me()
      const further = { ...(nickname !== undefined && { nickname }), ...(invite !== undefined && { invite }) }
      const posted =
        me === undefined
          ? new RoomRtcError('not_logged_in', 'a room is entered after a login')
          : (this.#lacking() ??
            this.#outbox.post({ type: 'ROOM_JOIN', payload: { room_id: id, ...further } }))
      if (posted === undefined || posted instanceof RoomRtcError) {
        if (posted !== undefined) reject(posted)
        return () => undefined
      }
      const name = nickname ?? me?.username ?? ''
      this.#joins.set(posted.id, { posted, nickname: name, resolve, reject })
      return () => {
        this.#withdraw(posted.id, id)
      }
    })
  }

  list({ cursor, limit }: PageOptions = {}, options: Ask = {}): Promise<RoomPage> {
    const lacking = this.#lacking()
    if (lacking !== undefined) return Promise.reject(lacking)
    const payload = { ...(cursor !== undefined && { cursor }), ...(limit !== undefined && { limit }) }
    const question = {
      what: 'list',
      message: { type: 'ROOM_LIST_REQUEST' as const, payload },
      answers: ['ROOM_LIST' as const],
      read: readPage,
      repeats: true,
    }
    return this.#host.asker.ask(question, options)
  }

  on<E extends keyof RoomsEvents>(event: E, listener: (value: RoomsEvents[E]) => void): Unsubscribe {
    return this.#emitter.on(event, listener)
  }

  take(message: ServerMessage): boolean {
    const { type, payload } = message
    if (type === 'ROOM_JOINED') this.#joined(payload, requestId(message) ?? '')
    else if (type === 'ROOM_MEMBER') this.#inside(payload.room_id)?.news(payload)
    else if (type === 'ROOM_LEFT') this.#left(payload)
    else if (type === 'ROOM_INVITED') this.#invited(payload)
    else if (type === 'SDP_OFFER' || type === 'SDP_ANSWER' || type === 'ICE_CANDIDATE') {
      const room = this.#inside(payload.call_id)
      if (room?.sfu !== undefined && payload.from_user_id === SFU) room.sfu.take(message)
      else room?.deliver(payload.from_user_id, fromMessage(message))
      return room !== undefined
    } else if (type === 'SFU_STATE') this.#inside(payload.room_id)?.sfu?.become(payload.state)
    else if (type === 'ERROR') return this.#refused(payload, requestId(message))
    else return false
    return true
  }

  caughtUp({ room: known, received }: ServerPayloads['RESUMED']): void {
    for (const [id, { posted, reject }] of this.#joins) {
      if (posted.position >= received) continue
      // The server has no answer left: it was entered, and left again.
      this.#joins.delete(id)
      const reason = this.#leftBy ?? 'lost'
      reject(new RoomRtcError('closed', `the room was left: ${reason}`, { reason }))
    }
    this.#leftBy = undefined
    const current = this.#current
    if (current === undefined) {
      const wanted = [...this.#joins.values()].some(({ withdrawn }) => withdrawn === undefined)
      // It has ended here. That this is repeated does no harm.
      if (known && !wanted) this.#leave(known.room_id)
    } else if (known?.room_id === current.id) current.caughtUp(known)
    else current.end('lost')
  }

  arrived(position: number): void {
    this.#outbox.arrived(position)
  }

  leave(): void {
    this.#current?.leave()
  }

  end(reason: string): void {
    this.#outbox.clear()
    const joins = [...this.#joins.values()]
    this.#joins.clear()
    this.#leftBy = undefined
    // A room that is `closed` was closed by who made it.
    const why = reason === 'closed' ? 'lost' : reason
    for (const { reject } of joins)
      reject(new RoomRtcError('closed', `the session is over: ${why}`, { reason: why }))
    this.#current?.end(why)
  }

  #lacking(): RoomRtcError | undefined {
    if (this.#host.capabilities().includes('rooms')) return undefined
    return new RoomRtcError('wrong_state', 'there is no connection to a server that has rooms')
  }

  #inside(id: string): OpenRoom | undefined {
    return this.#current?.id === id ? this.#current : undefined
  }

  #joined(told: ServerPayloads['ROOM_JOINED'], id: string): void {
    const join = this.#joins.get(id)
    this.#joins.delete(id)
    const me = this.#host.me()
    if (join === undefined || join.withdrawn !== undefined || me === undefined) {
      if (join?.withdrawn?.told !== true) this.#leave(told.room_id)
      return
    }
    // The server knows of no other room.
    this.#current?.end('lost')
    const post = (message: ClientMessage) => {
      this.#post(message)
    }
    const send = (message: ClientMessage) => {
      this.#host.send(message)
    }
    const room = new OpenRoom(told, { me, nickname: join.nickname, post, send })
    this.#current = room
    room.on('ended', () => {
      if (this.#current === room) this.#current = undefined
      this.#host.changed()
    })
    this.#host.changed()
    join.resolve(room)
  }

  #left({ room_id, reason }: ServerPayloads['ROOM_LEFT']): void {
    const room = this.#inside(room_id)
    if (room === undefined) this.#leftBy = reason
    else room.end(reason)
  }

  /** Nobody waits for it any more: if the server lets one in all the same, one leaves. */
  #withdraw(id: string, room: string): void {
    const join = this.#joins.get(id)
    if (join === undefined) return
    // Before the next one enters, and not from a room that one is in.
    const told = this.#current === undefined
    join.withdrawn = { told }
    if (told) this.#leave(room)
  }

  #leave(room_id: string): void {
    this.#post({ type: 'ROOM_LEAVE', payload: { room_id } })
  }

  #invited({ room_id, name, from_user_id, from_username, ...invited }: ServerPayloads['ROOM_INVITED']): void {
    this.#emitter.emit('invited', {
      room: { id: room_id, name },
      from: { id: from_user_id, username: from_username },
      invite: invited.invite,
      expiresAt: this.#host.world.now() + invited.expires_in_ms,
    })
  }

  #post(message: ClientMessage): void {
    const posted = this.#outbox.post(message)
    if (posted instanceof RoomRtcError && posted.code === 'refused') this.#host.refusal(posted)
  }

  /** False where it is about something else. */
  #refused(error: ServerPayloads['ERROR'], id: string | undefined): boolean {
    const refused = id === undefined ? undefined : this.#outbox.refused(error, id)
    if (refused === undefined) return false
    const { again, posted } = refused
    const { message } = posted
    const join = this.#joins.get(posted.id)
    this.#joins.delete(posted.id)
    join?.reject(refusal(error))
    if (join !== undefined || again || message.type === 'ROOM_LEAVE') return true
    if ('call_id' in message.payload && 'to_user_id' in message.payload) {
      const { call_id, to_user_id } = message.payload
      if (error.reason === 'room_limit') this.#inside(call_id)?.tooMany(to_user_id, message)
      // What crosses with the end of a room or the leaving of a member is no fault.
      if (error.reason === 'room_limit' || error.reason === 'not_room_member') return true
    }
    if ('room_id' in message.payload && this.#inside(message.payload.room_id) === undefined) return true
    this.#host.refusal(refusal(error))
    return true
  }
}

function readPage(answer: ServerMessage): RoomPage | RoomRtcError {
  if (answer.type !== 'ROOM_LIST') {
    return new RoomRtcError('not_understood', `the server has answered with ${answer.type}`)
  }
  const { rooms, next_cursor: cursor } = answer.payload
  return {
    rooms: rooms.map(({ room_id, name, max_members, invite_only, members }) => ({
      id: room_id,
      name,
      maxMembers: max_members,
      inviteOnly: invite_only,
      members,
    })),
    cursor,
  }
}
