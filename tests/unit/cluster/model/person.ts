import assert from 'node:assert/strict'
import { belongsToCall } from '../../../../src/protocol/sequenced.ts'
import type { House, HouseClient } from '../../../support/house/house.ts'
import { type Received, T } from '../../../support/wire/wire.ts'
import { type CallView, type Learned, type Sent, viewOf } from '../../resumption/model/view.ts'
import { objectIn, objectsIn } from './fields.ts'

const CAPABILITIES = ['resume', 'call_control', 'rooms']

/** A connection to a node; what is sent on it is handled in turn. */
interface Link {
  readonly node: string
  readonly client: HouseClient
  isOpen: boolean
  pending: number
  tail: Promise<void>
}

/** A signal with a number of its own. */
export interface Signal {
  readonly n: number
  readonly call: string
  readonly to: string
}

interface Session {
  handled: number
  readonly learned: Learned[]
  readonly sent: (Sent & { readonly signal?: Signal })[]
  readonly heard: { readonly call: unknown; readonly from: unknown; readonly n: number }[]
  readonly refused: Set<number>
}

/** A client as the advice in PROTOCOL.md has it, of whichever node it comes to. */
export class Person {
  readonly name: string
  /** Otherwise it is one of v1. */
  readonly resumes: boolean
  userId = ''
  session = newSession()
  link: Link | undefined
  room: string | undefined
  readonly mates = new Set<string>()
  /** How the others are, as it has been told. */
  readonly states = new Map<unknown, unknown>()
  resumed = 0
  elsewhere = 0
  resent = 0
  heard = 0
  #awaiting: 'login' | 'resumed' | undefined
  #token: string | undefined
  #cameFrom = ''

  constructor(name: string, resumes: boolean) {
    this.name = name
    this.resumes = resumes
  }

  get isReady(): boolean {
    return this.#isConnected && this.#awaiting === undefined && this.link?.pending === 0
  }

  /** Whether or not what it has asked for before is answered. */
  get mayAsk(): boolean {
    return this.#isConnected && this.#awaiting === undefined
  }

  /** What became of its latest CALL_REQUEST it does not know yet. */
  get isCalling(): boolean {
    const { sent, learned } = this.session
    const latest = sent.findLast(({ type }) => type === T.CALL_REQUEST)?.payload['request_id']
    return (
      latest !== undefined && !learned.some((one) => 'payload' in one && one.payload['request_id'] === latest)
    )
  }

  /** Whom it may signal to: its peer, or one of those that it sees in its room. */
  get addressee(): { readonly call: string; readonly to: string } | undefined {
    const { view, room, mates, userId } = this
    if (view?.phase === 'active') return { call: view.call_id, to: String(view.peer_user_id) }
    const mate = [...mates].find((id) => id !== userId)
    return room === undefined || mate === undefined ? undefined : { call: room, to: mate }
  }

  get isBusy(): boolean {
    return this.#isConnected && (this.link?.pending ?? 0) > 0
  }

  get #isConnected(): boolean {
    return this.link?.isOpen === true && !this.link.client.ended
  }

  get view(): CallView | undefined {
    return viewOf(this.session.learned, this.session.sent)
  }

  logIn(house: House, node: string): void {
    this.cut(0, !this.resumes)
    this.#open(house, node)
    if (this.resumes) this.#put(T.HELLO, { protocol: 1, client: 'test', capabilities: CAPABILITIES })
    this.#put(T.LOGIN_REQUEST, { username: this.name, password_hash: 'pw' })
    this.#awaiting = 'login'
    this.#token = undefined
  }

  comeBack(house: House, node: string): void {
    if (this.#token === undefined) {
      this.logIn(house, node)
      return
    }
    this.#cameFrom = this.link?.node ?? this.#cameFrom
    this.cut(0, false)
    this.#open(house, node)
    this.#put(T.HELLO, { protocol: 1, client: 'test', capabilities: CAPABILITIES })
    this.#put(T.RESUME, { session_token: this.#token, last_seq: this.session.handled })
    this.#awaiting = 'resumed'
  }

  /** The connection is no more for the client, which has read so many of the frames that are there. */
  leave(prefix: number): void {
    const { link } = this
    if (link === undefined) return
    for (const one of link.client.take().slice(0, prefix)) this.#handle(one)
    this.#cameFrom = link.node
    link.isOpen = false
    this.link = undefined
    this.#awaiting = undefined
  }

  /** Its connection breaks; whether the node notices. */
  cut(prefix: number, isNoticed: boolean): void {
    const { link } = this
    // Who gives up waiting for an answer closes: an earlier RESUME must not come through after a later one.
    const closes = isNoticed || this.#awaiting !== undefined
    this.leave(prefix)
    if (closes) link?.client.endpoint.lost()
  }

  send(type: number, payload: Readonly<Record<string, unknown>>, signal?: Signal): void {
    if (belongsToCall(type))
      this.session.sent.push(signal === undefined ? { type, payload } : { type, payload, signal })
    this.#put(type, payload)
  }

  read(): void {
    const { link } = this
    if (link === undefined) return
    for (const one of link.client.take()) this.#handle(one)
    if (link.client.ended && this.link === link) this.leave(0)
  }

  #open(house: House, node: string): void {
    this.link = { node, client: house.connect(), isOpen: true, pending: 0, tail: Promise.resolve() }
  }

  #put(type: number, payload: Readonly<Record<string, unknown>>): void {
    const { link } = this
    if (link === undefined) return
    link.pending += 1
    link.tail = link.tail.then(async () => {
      if (link.isOpen && !link.client.ended) await link.client.send(type, payload)
      link.pending -= 1
    })
  }

  #handle(received: Received): void {
    const { type, payload } = received
    const { session } = this
    const { seq } = payload
    if (typeof seq === 'number') {
      assert.equal(seq, session.handled + 1, `${this.name}: lost, doubled or out of order`)
      session.handled = seq
    }
    switch (type) {
      case T.LOGIN_RESPONSE:
        this.#begin(payload)
        return
      case T.RESUMED:
        this.#resume(payload)
        return
      case T.RESUME_REFUSED:
        assert.fail(`${this.name}: RESUME_REFUSED ${String(payload['reason'])}`)
        return
      case T.USER_LIST_RESPONSE:
        this.states.clear()
        for (const user of objectsIn(payload, 'users')) this.states.set(user['user_id'], user['state'])
        return
      case T.USER_STATE_UPDATE:
        this.states.set(payload['user_id'], payload['state'])
        return
      case T.ERROR:
        this.#refused(payload)
        break
      case T.ROOM_JOINED:
        this.room = String(payload['room_id'])
        this.mates.clear()
        for (const member of objectsIn(payload, 'members')) this.mates.add(String(member['user_id']))
        return
      case T.ROOM_MEMBER: {
        const id = String(objectIn(payload, 'member')['user_id'])
        if (payload['event'] === 'left') this.mates.delete(id)
        else this.mates.add(id)
        return
      }
      case T.ROOM_LEFT:
        this.room = undefined
        this.mates.clear()
        return
    }
    session.learned.push(received)
    const text = type === T.SDP_OFFER ? payload['sdp'] : payload['candidate']
    if (text === undefined) return
    const n = Number(text)
    const from = payload['from_user_id']
    const latest = session.heard.findLast((one) => one.from === from)
    assert.ok(latest === undefined || latest.n < n, `${this.name}: signal ${n} after ${latest?.n}`)
    this.heard += 1
    session.heard.push({ call: payload['call_id'], from, n })
  }

  #begin({ success, user_id, session_token }: Received['payload']): void {
    assert.equal(success, true, this.name)
    this.userId = String(user_id)
    this.#token = this.resumes ? String(session_token) : undefined
    this.#awaiting = undefined
    this.session = newSession()
    this.room = undefined
    this.mates.clear()
    this.#put(T.USER_LIST_REQUEST, {})
  }

  #resume({ session_token, received }: Received['payload']): void {
    this.#token = String(session_token)
    this.#awaiting = undefined
    this.resumed += 1
    if (this.link?.node !== this.#cameFrom) this.elsewhere += 1
    const { sent } = this.session
    assert.ok(Number(received) <= sent.length, `${this.name}: received ${String(received)} of ${sent.length}`)
    for (const { type, payload } of sent.slice(Number(received))) {
      this.resent += 1
      this.#put(type, payload)
    }
  }

  #refused(payload: Received['payload']): void {
    const refused = this.session.sent.find((one) => one.payload['request_id'] === payload['request_id'])
    if (refused?.signal !== undefined) this.session.refused.add(refused.signal.n)
    // To be asked for again.
    if (this.#awaiting !== undefined) this.leave(0)
    const reason = payload['reason']
    assert.notEqual(reason, 'internal', `${this.name}: ${JSON.stringify(payload)}`)
    assert.notEqual(reason, 'invalid_field', `${this.name}: ${JSON.stringify(payload)}`)
  }
}

function newSession(): Session {
  return { handled: 0, learned: [], sent: [], heard: [], refused: new Set() }
}
