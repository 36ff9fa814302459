import { type NamedMessage, receivedFrame } from '../../../protocol/codec/named-message.ts'
import { readRoomEvent, type RoomEvent } from '../../../protocol/codec/room-event.ts'
import type { Unreadable } from '../../../protocol/codec/unreadable.ts'
import { isErrorReason } from '../../../protocol/error-reasons.ts'
import type { ReceivedFrame } from '../../../protocol/framing/frame.ts'
import { messageTable } from '../../../protocol/message-table.ts'
import { textField } from '../../../protocol/subject.ts'
import type { Connection } from '../../connection/connection.ts'

interface Wanted {
  readonly token: string
  readonly room_id: string
  readonly nickname: string | undefined
  readonly invite: string | undefined
}

type Event = Readonly<Record<string, unknown>>
type Next = ReceivedFrame | Unreadable

/** By it our answer to a `ping` is known from other HEARTBEATs. */
const PING = 'ping'

const eventNames = { SDP_OFFER: 'offer', SDP_ANSWER: 'answer', ICE_CANDIDATE: 'ice_candidate' } as const

/**
 * Of a client that knows one room and nothing else: its events become messages, and messages events. It is logged in and
 * enters by itself, and whatever is refused on the way in ends it.
 */
export class RoomConversation {
  /** What is said before anything of the client's is heard. */
  readonly #opening: (() => Next)[]
  #connection: Connection | undefined
  #self: unknown
  #room: unknown
  /** In the order in which they came. */
  readonly #others = new Set<string>()
  /** For whom the present event is besides. */
  #to: string[] = []
  #event: Exclude<RoomEvent, { type: 'ping' }> | undefined
  #isOver = false

  constructor(wanted: Wanted) {
    const { token, ...room } = wanted
    this.#opening = [
      () => frame('HELLO', { protocol: 1, client: 'room', capabilities: ['rooms'] }),
      () => frame('LOGIN_REQUEST', { token }),
      () => frame('ROOM_JOIN', room),
    ]
  }

  /** Nothing of it is to be heard any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  get hasMore(): boolean {
    return this.#opening.length > 0 || this.#to.length > 0
  }

  /** Once the connection has its place. */
  begin(connection: Connection): void {
    this.#connection = connection
    process.nextTick(() => {
      if (connection.hears()) connection.proceed()
    })
  }

  /** What is to be said before the next event. */
  next(): Next | undefined {
    const opening = this.#opening.shift()
    if (opening !== undefined) return opening()
    for (let to = this.#to.shift(); to !== undefined; to = this.#to.shift())
      // Who has left meanwhile is none of the others any more.
      if (this.#event !== undefined && this.#others.has(to)) return this.#signal(this.#event, to)
    return undefined
  }

  /** An event; of one that is for all others the first message. */
  hear(text: Buffer, isBinary: boolean): Next {
    if (isBinary)
      return { fault: { reason: 'invalid_frame', detail: 'A binary message, and events are text' } }
    const read = readRoomEvent(text)
    if (!read.ok) return { fault: read.error }
    const event = read.value
    if (event.type === 'ping') return frame('HEARTBEAT', { timestamp: 0, request_id: PING })
    const [first, ...rest] = event.to === undefined ? this.#others : [event.to]
    // Nobody is there to hear it. It is a sign of life all the same, and costs as much.
    if (first === undefined) return frame('HEARTBEAT', { timestamp: 0 })
    this.#event = event
    this.#to = rest
    return this.#signal(event, first)
  }

  /** The event that the message becomes, if it becomes one. */
  tell(message: NamedMessage): Event | undefined {
    const { type } = message
    switch (type) {
      case 'LOGIN_RESPONSE':
        this.#self = message['user_id']
        if (message['success'] !== true) this.#refused(message)
        return undefined
      case 'ROOM_JOINED':
        this.#room = message['room_id']
        for (const member of listOf(message['members'])) this.#others.add(idOf(member))
        return { type: 'members', members: message['members'] }
      case 'ROOM_MEMBER':
        return this.#memberChanged(message)
      case 'ROOM_LEFT':
        this.#endSoon((connection) => {
          connection.end()
        })
        return { type: 'left', from: this.#self }
      case 'SDP_OFFER':
      case 'SDP_ANSWER':
      case 'ICE_CANDIDATE': {
        const { from_user_id: from, sdp, candidate, sdp_mid, sdp_mline_index } = message
        return { type: eventNames[type], from, sdp, candidate, sdp_mid, sdp_mline_index }
      }
      case 'HEARTBEAT':
        return message['request_id'] === PING ? { type: 'pong' } : undefined
      case 'ERROR':
        if (this.#room !== undefined || message['in_reply_to'] === undefined) return errorEvent(message)
        this.#refused(message)
        return undefined
      default:
        return undefined
    }
  }

  #memberChanged({ event, member }: NamedMessage): Event | undefined {
    const from = idOf(member)
    if (event === 'joined') this.#others.add(from)
    else if (event === 'left') this.#others.delete(from)
    else return undefined
    return { type: event, from }
  }

  /** It has not come in. */
  #refused({ reason, message, error, retry_after_ms: later }: NamedMessage): void {
    this.#endSoon((connection) => {
      connection.fail({
        reason: isErrorReason(reason) ? reason : 'internal',
        detail: [message, error].find((sentence) => typeof sentence === 'string'),
        retryAfterMs: typeof later === 'number' ? later : undefined,
      })
    })
  }

  /** Not in the midst of being told. */
  #endSoon(end: (connection: Connection) => void): void {
    this.#isOver = true
    const connection = this.#connection
    if (connection === undefined) throw new Error('who is told something has a connection')
    process.nextTick(end, connection)
  }

  #signal({ type, payload }: Exclude<RoomEvent, { type: 'ping' }>, to: string): Next {
    return frame(type, { call_id: this.#room, to_user_id: to, ...payload })
  }
}

function frame(type: keyof typeof messageTable, payload: object): Next {
  const { code } = messageTable[type]
  const detail = `${type}: the message is too large`
  return receivedFrame(code, payload) ?? { fault: { reason: 'message_too_large', detail } }
}

function errorEvent({ reason, message, retry_after_ms }: NamedMessage): Event {
  return {
    type: 'error',
    error: reason,
    message,
    ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function idOf(member: unknown): string {
  const id = textField(member, 'user_id')
  if (id === undefined) throw new Error('members have ids')
  return id
}
