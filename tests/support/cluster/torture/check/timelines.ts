import { T } from '../../../wire/wire.ts'
import { type Entry, isToBeRepeated, type Message, textOf } from '../history.ts'
import type { Complain } from './rule.ts'

/** From a LOGIN_RESPONSE to the next one, the refusal of its token, or the end of its connection where it cannot be resumed. */
export interface Timeline {
  readonly id: number
  readonly client: string
  readonly userId: string
  readonly canResume: boolean
  /** The messages of calls and rooms that its client has sent, without those that were lost on the way. */
  sent: Message[]
  /** So many of them the server has said to have. */
  confirmed: number
  /** The highest `seq` that was handled. */
  handled: number
  isOver: boolean
}

interface Client {
  readonly name: string
  timeline: Timeline | undefined
  connection: number
  isOpen: boolean
  isResuming: boolean
  awaySinceMs: number
  /** When its session was handed to it last: by LOGIN_RESPONSE or RESUMED. */
  cameMs: number
  /** When a RESUME of this session, or a LOGIN_REQUEST, was given up without an answer that says what became of it. */
  abandonedMs: number
  asked: 'login' | 'resume' | undefined
}

/** Counted by `received`, and numbered where the server sends them. */
const COUNTED: ReadonlySet<number> = new Set([
  ...[T.CALL_REQUEST, T.CALL_RESPONSE, T.HANGUP, T.CALL_UPDATE, T.CALL_ALERTING],
  ...[T.SDP_OFFER, T.SDP_ANSWER, T.ICE_CANDIDATE],
  ...[T.ROOM_JOIN, T.ROOM_LEAVE, T.ROOM_UPDATE],
])

/** So much later than it was given up an attempt may still be carried out: a node wakes, a commit gets through. */
const LONGEST_DELAY_MS = 30_000
const WINDOW_MS = 60_000

/** Who has which session, and what each has sent and got: by what its client was told alone. */
export class Timelines {
  readonly #complain: Complain
  readonly #clients = new Map<string, Client>()
  readonly #names = new Map<string, string>()
  readonly #all: Timeline[] = []

  constructor(complain: Complain) {
    this.#complain = complain
  }

  get all(): readonly Timeline[] {
    return this.#all
  }

  /** The session that the client has; undefined where it has none. */
  of(client: string): Timeline | undefined {
    const timeline = this.#clients.get(client)?.timeline
    return timeline?.isOver === false ? timeline : undefined
  }

  nameOf(userId: string): string {
    return this.#names.get(userId) ?? userId
  }

  /** By their names: who has a session and a connection. */
  get present(): ReadonlySet<string> {
    const all = [...this.#clients.values()]
    return new Set(all.filter(({ name, isOpen }) => isOpen && this.of(name)).map(({ name }) => name))
  }

  /** By their names: all that were ever seen. */
  get clients(): readonly string[] {
    return [...this.#clients.keys()]
  }

  take(entry: Entry): void {
    if (!('client' in entry)) return
    const client = this.#client(entry.client)
    if (entry.what === 'opened') {
      client.connection = entry.connection
      client.isOpen = true
    } else if (entry.connection !== client.connection) {
      this.#complain(`${entry.client}: something at a connection that it has given up`)
    } else if (entry.what === 'closed') this.#closed(client, entry.atMs)
    else if (entry.what === 'sent') this.#sent(client, entry)
    else this.#got(client, entry)
  }

  #client(name: string): Client {
    const known = this.#clients.get(name)
    if (known !== undefined) return known
    const client: Client = {
      ...{ name, timeline: undefined, connection: -1, isOpen: false, isResuming: false },
      ...{ awaySinceMs: 0, cameMs: 0, abandonedMs: -Infinity, asked: undefined },
    }
    this.#clients.set(name, client)
    return client
  }

  #closed(client: Client, atMs: number): void {
    client.isOpen = false
    if (client.asked !== undefined) client.abandonedMs = atMs
    else client.awaySinceMs = atMs
    client.asked = undefined
    if (client.timeline?.canResume === false) client.timeline.isOver = true
  }

  #sent(client: Client, message: Message): void {
    if (message.type === T.LOGIN_REQUEST) client.asked = 'login'
    if (message.type === T.RESUME) client.asked = 'resume'
    if (message.type === T.LOGOUT_REQUEST && client.timeline !== undefined) client.timeline.isOver = true
    if (COUNTED.has(message.type)) client.timeline?.sent.push(withoutPadding(message))
  }

  #got(client: Client, message: Message): void {
    const { payload, type, atMs } = message
    switch (type) {
      case T.LOGIN_RESPONSE:
        client.asked = undefined
        if (payload['success'] === true) this.#begin(client, message)
        break
      case T.RESUMED:
        client.asked = undefined
        client.cameMs = atMs
        this.#resumed(client, Number(payload['received']))
        break
      case T.RESUME_REFUSED:
        client.asked = undefined
        this.#refused(client, textOf(message, 'reason'), atMs)
        break
      default:
        if (client.asked !== undefined && type === T.ERROR) {
          client.asked = undefined
          if (isToBeRepeated(message)) client.abandonedMs = atMs
        }
        this.#number(client, message)
    }
  }

  #begin(client: Client, message: Message): void {
    if (client.timeline !== undefined) client.timeline.isOver = true
    client.cameMs = message.atMs
    const userId = textOf(message, 'user_id')
    this.#names.set(userId, client.name)
    client.timeline = {
      ...{ id: this.#all.length, client: client.name, userId },
      canResume: typeof message.payload['session_token'] === 'string',
      ...{ sent: [], confirmed: 0, handled: 0, isOver: false },
    }
    this.#all.push(client.timeline)
  }

  #resumed({ timeline, name }: Client, received: number): void {
    if (timeline === undefined) return
    if (received < timeline.confirmed)
      this.#complain(`lost: ${name} is told ${received} received after ${timeline.confirmed}`)
    if (received > timeline.sent.length)
      this.#complain(`doubled: ${name} is told ${received} received and has sent ${timeline.sent.length}`)
    timeline.confirmed = received
    timeline.sent.length = Math.min(received, timeline.sent.length)
  }

  #refused(client: Client, reason: string, atMs: number): void {
    const { timeline, cameMs, abandonedMs, awaySinceMs, name } = client
    if (timeline !== undefined) timeline.isOver = true
    const isExcused =
      (reason === 'replaced' && abandonedMs > cameMs - LONGEST_DELAY_MS) ||
      (reason === 'expired' && atMs - awaySinceMs > WINDOW_MS)
    if (!isExcused) this.#complain(`lost: the session of ${name} is refused as ${reason}`)
  }

  /** By one, and never the same twice. */
  #number({ timeline, name }: Client, { type, payload, atMs }: Message): void {
    const { seq } = payload
    if (typeof seq !== 'number' || timeline === undefined) return
    const { handled } = timeline
    const at = `${seq} after ${handled}, type ${type} at ${Math.round(atMs)} ms`
    if (seq <= handled) this.#complain(`doubled: ${name} gets number ${at}`)
    else if (seq > handled + 1) this.#complain(`lost: ${name} gets number ${at}`)
    timeline.handled = seq
  }
}

/** A long history has many of them. */
function withoutPadding(message: Message): Message {
  const { candidate, call_id, to_user_id, request_id } = message.payload
  if (typeof candidate !== 'string') return message
  const [from, number] = candidate.split(' ')
  return { ...message, payload: { candidate: `${from} ${number}`, call_id, to_user_id, request_id } }
}
