import { T } from '../../../wire/wire.ts'
import { memberIn, roomIn } from '../fields.ts'
import { type Message, textOf } from '../history.ts'

/** That a client was told of another member of a room. */
interface Sight {
  readonly atMs: number
  readonly isThere: boolean
  /** Its session ended, so that a newer one of the same user is another member. */
  readonly hasEnded: boolean
}

/** When a client asked to enter or to leave, and when it was told that it has. */
interface Step {
  readonly askedMs: number
  readonly toldMs: number
}

/** What one session was told, and has asked for, that decides which signals it is owed, and which it is owed by others. */
export class Scene {
  /** Since when its client knows of each call. */
  readonly #calls = new Map<string, number>()
  /** Of each room: when it came in, and when it left. */
  readonly #entries = new Map<string, Step[]>()
  readonly #exits = new Map<string, Step[]>()
  readonly #asked = new Map<string, number>()
  /** By the room and the other member. */
  readonly #sights = new Map<string, Sight[]>()

  sent(message: Message): void {
    if (message.type !== T.ROOM_JOIN && message.type !== T.ROOM_LEAVE) return
    const key = `${message.type} ${textOf(message, 'room_id')}`
    // The first of several: it may be sent again by another connection.
    if (!this.#asked.has(key)) this.#asked.set(key, message.atMs)
  }

  got(message: Message): void {
    const room = textOf(message, 'room_id')
    switch (message.type) {
      case T.CALL_NOTIFICATION:
      case T.CALL_ACCEPTED: {
        const call = textOf(message, 'call_id')
        if (!this.#calls.has(call)) this.#calls.set(call, message.atMs)
        break
      }
      case T.ROOM_JOINED:
        this.#step(this.#entries, T.ROOM_JOIN, message)
        // Of what was before it came in it has not seen the end.
        for (const [key, sights] of this.#sights)
          if (key.startsWith(`${room} `)) sights.push({ atMs: message.atMs, isThere: false, hasEnded: false })
        for (const member of roomIn(message.payload).members)
          this.#sees(room, member, { atMs: message.atMs, isThere: true, hasEnded: false })
        break
      case T.ROOM_LEFT:
        this.#step(this.#exits, T.ROOM_LEAVE, message)
        break
      case T.ROOM_MEMBER:
        this.#sees(room, memberIn(message.payload), {
          atMs: message.atMs,
          isThere: message.payload['event'] !== 'left',
          hasEnded: message.payload['reason'] === 'session_ended',
        })
        break
      default:
    }
  }

  /** Whether it knew of the call then. */
  knewCall(call: string, atMs: number): boolean {
    return (this.#calls.get(call) ?? Infinity) <= atMs
  }

  /** When it came into the room in which it was then; undefined where it was in none of that id. */
  entryBefore(room: string, atMs: number): Step | undefined {
    const entry = this.#entries.get(room)?.findLast(({ toldMs }) => toldMs <= atMs)
    const exit = this.#exits.get(room)?.findLast(({ toldMs }) => toldMs <= atMs)
    return entry !== undefined && (exit?.toldMs ?? -Infinity) < entry.toldMs ? entry : undefined
  }

  exitAfter(room: string, atMs: number): Step | undefined {
    return this.#exits.get(room)?.find(({ toldMs }) => toldMs > atMs)
  }

  /**
   * Whether it saw the other one there then, by a session that began to enter after `sinceMs`. What it is told only later of
   * an older session shows by that session's end.
   */
  saw(room: string, other: string, atMs: number, sinceMs: number): boolean {
    const sights = this.#sights.get(`${room} ${other}`) ?? []
    const at = sights.findLastIndex((sight) => sight.atMs <= atMs)
    const sight = sights[at]
    if (sight?.isThere !== true) return false
    const since = sights.slice(0, at + 1).findLastIndex(({ isThere }) => !isThere) + 1
    const first = sights[since]
    const end = sights.slice(at).find(({ isThere }) => !isThere)
    return first !== undefined && first.atMs >= sinceMs && end?.hasEnded !== true
  }

  #sees(room: string, other: string, sight: Sight): void {
    const key = `${room} ${other}`
    const sights = this.#sights.get(key) ?? []
    this.#sights.set(key, sights)
    sights.push(sight)
  }

  #step(steps: Map<string, Step[]>, asks: number, message: Message): void {
    const room = textOf(message, 'room_id')
    const askedMs = this.#asked.get(`${asks} ${room}`) ?? message.atMs
    this.#asked.delete(`${asks} ${room}`)
    steps.set(room, [...(steps.get(room) ?? []), { askedMs, toldMs: message.atMs }])
  }
}
