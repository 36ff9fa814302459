import type { Unsubscribe } from '../ask.ts'
import type { Client } from '../client/client.ts'
import type { Host, Part } from '../client/part.ts'
import { Emitter } from '../emitter.ts'
import { RoomRtcError } from '../error.ts'
import type { LiveUsers } from '../users/live-users.ts'
import type { ClientPayloads } from '../wire/client-messages.ts'
import { learn } from '../wire/read-message.ts'
import type { ServerMessage, ServerPayloads } from '../wire/server-messages.ts'
import { watchShapes } from '../wire/watch-shapes.ts'
import type { View, Watch, WatchEvents, WatchedRoom } from './watch.ts'

/** The server is asked no oftener: who scrolls through a list changes what it shows with each picture. */
const PAUSE_MS = 250

/** Where the server says nothing of a limit. */
const MAX_WATCHED = 500

interface Sets {
  readonly users: ReadonlySet<string>
  readonly rooms: ReadonlySet<string>
}

/** Asks for what all views show together, and believes what it is told. */
export class LiveWatch implements Watch, Part {
  readonly #host: Host
  readonly #emitter = new Emitter<WatchEvents>()
  readonly #views = new Map<View, Sets>()
  readonly #rooms = new Map<string, WatchedRoom>()
  #users: LiveUsers | undefined
  /** What the server was asked for last, as text; nothing in a session that is told of everybody. */
  #asked: string | undefined
  /** Somebody may show something else, or nothing. */
  #stale = false
  /** It is being asked, or was a moment ago. */
  #pausing = false
  #cancel: Unsubscribe | undefined
  #left = false

  constructor(host: Host) {
    learn(watchShapes)
    this.#host = host
  }

  /** Whose part it is. */
  follow(client: Client, users: LiveUsers): void {
    if (this.#users !== undefined) return
    this.#users = users
    // Another session begins with everybody: it has just been given the list, or is online again.
    const begun = () => {
      if (this.#asked === undefined) this.#look()
    }
    users.on('change', begun)
    client.on('state', begun)
  }

  view(): View {
    const view: View = {
      set: ({ users = [], rooms = [] }) => {
        this.#views.set(view, { users: new Set(users), rooms: new Set(rooms) })
        this.#look()
      },
      close: () => {
        this.#views.delete(view)
        this.#look()
      },
    }
    return view
  }

  room(id: string): WatchedRoom | undefined {
    return this.#rooms.get(id)
  }

  on<E extends keyof WatchEvents>(event: E, listener: (value: WatchEvents[E]) => void): Unsubscribe {
    return this.#emitter.on(event, listener)
  }

  take({ type, payload }: ServerMessage): boolean {
    if (type === 'WATCHED') this.#watched(payload)
    else if (type === 'WATCHED_ROOM') this.#room(payload)
    else return false
    return true
  }

  leave(): void {
    this.#left = true
    this.#cancel?.()
  }

  end(): void {
    this.#asked = undefined
    this.#rooms.clear()
  }

  /** Once for all that happens in one go. */
  #look(): void {
    if (this.#stale) return
    this.#stale = true
    queueMicrotask(() => {
      this.#ask()
    })
  }

  #ask(): void {
    if (this.#pausing) return
    this.#stale = false
    const { me, capabilities, asker } = this.#host
    if (me() === undefined || !capabilities().includes('watch')) return
    const payload = this.#wanted()
    const text = JSON.stringify(payload)
    if (text === this.#asked || (payload.all === true && this.#asked === undefined)) return
    this.#asked = text
    this.#pausing = true
    const read = (answer: ServerMessage): void => {
      if (answer.type === 'WATCHED') this.#watched(answer.payload)
    }
    const question = { what: 'watch', message: { type: 'WATCH', payload } as const, read }
    asker.ask({ ...question, answers: ['WATCHED'], repeats: true }).then(
      () => {
        this.#pause(PAUSE_MS)
      },
      (error: unknown) => {
        const refused = error instanceof RoomRtcError && error.code === 'refused' ? error : undefined
        // What was not granted for now, or not answered, is asked for again.
        if (refused === undefined || refused.retryAfterMs !== undefined) this.#asked = ''
        else this.#host.refusal(refused)
        this.#pause(refused?.retryAfterMs ?? PAUSE_MS)
      },
    )
  }

  #pause(ms: number): void {
    if (this.#left) return
    this.#cancel = this.#host.world.setTimer(ms, () => {
      this.#pausing = false
      this.#ask()
    })
  }

  /** As many as the server takes: who was shown first goes first. */
  #wanted(): ClientPayloads['WATCH'] {
    const views = [...this.#views.values()]
    if (views.length === 0) return { all: true }
    const most = this.#host.limits()['max_watched'] ?? MAX_WATCHED
    const rooms = new Set(
      this.#host.capabilities().includes('rooms') ? views.flatMap((one) => [...one.rooms]) : [],
    )
    const room_ids = [...rooms].slice(0, most)
    const users = new Set(views.flatMap((one) => [...one.users]))
    return { user_ids: [...users].slice(0, most - room_ids.length), room_ids }
  }

  #watched({ all, users, rooms }: ServerPayloads['WATCHED']): void {
    // What was not told meanwhile is in the list.
    if (all) this.#users?.load(() => undefined)
    for (const { user_id, username = this.#users?.get(user_id)?.username, state } of users)
      if (username !== undefined) this.#users?.update({ user_id, username, state })
    this.#rooms.clear()
    for (const room of rooms) this.#room(room)
  }

  #room({ room_id: id, members, ...about }: ServerPayloads['WATCHED_ROOM']): void {
    const { name, max_members: maxMembers, invite_only: inviteOnly } = about
    const room = { id, members, name, maxMembers, inviteOnly }
    this.#rooms.set(id, room)
    this.#emitter.emit('room', room)
  }
}
