import { setTimeout as pause } from 'node:timers/promises'
import type { Dice } from '../../dice.ts'
import { type Received, T } from '../../wire/wire.ts'
import { act } from './act.ts'
import { memberIn, roomIn } from './fields.ts'
import type { Entry } from './history.ts'
import { type Line, openLine } from './line.ts'
import { Pulse } from './pulse.ts'

/** `v1` has never heard of HELLO, `plain` cannot resume. */
export type Kind = 'v1' | 'plain' | 'resuming'

const CAPABILITIES: Readonly<Record<Kind, readonly string[]>> = {
  v1: [],
  plain: ['call_control', 'rooms'],
  resuming: ['resume', 'call_control', 'rooms'],
}

/** What wanderers have in common. */
export interface World {
  readonly dice: Dice
  readonly nodes: () => readonly { readonly name: string; readonly port: number }[]
  readonly record: (entry: Entry) => void
  readonly complain: (fault: string) => void
  readonly rooms: readonly string[]
  readonly wanderers: readonly Wanderer[]
  /** Nobody begins anything any more. */
  isQuiet: boolean
}

export interface WandererCall {
  readonly id: string
  readonly peer: string
  readonly role: 'caller' | 'callee'
  isActive: boolean
  isAnswered: boolean
  isLeft: boolean
}

export const PASSWORD = 'secret'

/** So long it waits at first for the answer to a login or a resumption; at quiet twice as long each time, up to a bound. */
const PATIENCE_MS = 3_000
const MOST_PATIENCE_MS = 30_000
/** After so long without a word it goes elsewhere: some soon, some only when they are sent away. */
const STALLS_MS = [1_500, 3_000, 15_000]
const STALL_AT_QUIET_MS = 30_000

/** A user with a client that calls, signals, enters rooms, and comes and goes at whichever node. */
export class Wanderer {
  readonly name: string
  readonly kind: Kind
  readonly world: World
  userId = ''
  call: WandererCall | undefined
  room: { readonly id: string; readonly members: Set<string> } | undefined
  /** It has called, or asked to enter or to leave a room, and has no answer yet. */
  isAsking = false
  /** At quiet it logs out instead of staying. */
  readonly leavesAtQuiet: boolean
  isGone = false
  #signals = 0
  #line: Line | undefined
  #isIn = false
  #token: string | undefined
  #handled = 0
  #unconfirmed: { readonly type: number; readonly payload: object }[] = []
  #confirmed = 0
  #pulse = new Pulse()
  #patienceMs = PATIENCE_MS
  #isOver = false

  constructor(name: string, kind: Kind, world: World, leavesAtQuiet: boolean) {
    this.name = name
    this.kind = kind
    this.world = world
    this.leavesAtQuiet = leavesAtQuiet
  }

  /** It is in, and nothing that it has asked for or that rings is open. */
  get isCalm(): boolean {
    if (this.isGone) return true
    const { call } = this
    return this.isIn && !this.isAsking && (call === undefined || call.isActive || call.isLeft)
  }

  get isIn(): boolean {
    return this.#isIn && this.#line?.isOpen === true
  }

  /** Until `end`, or until it has gone for good. */
  async live(): Promise<void> {
    while (!this.#isDone()) {
      if (await this.#comeIn()) await this.#stay()
      else if (this.world.isQuiet) this.#patienceMs = Math.min(this.#patienceMs * 2, MOST_PATIENCE_MS)
      this.#isIn = false
      this.#line?.cut()
      if (!this.#isDone()) await pause(this.world.dice.pick(this.world.isQuiet ? [20] : [0, 20, 300, 1500]))
    }
  }

  #isDone(): boolean {
    return this.#isOver || this.isGone
  }

  end(): void {
    this.#isOver = true
    this.#line?.cut()
  }

  cut(): void {
    this.#line?.cut()
  }

  /** A message of a call or a room: it is sent again where the server says that it was not received. */
  tell(type: number, payload: object): void {
    if (this.kind === 'resuming') this.#unconfirmed.push({ type, payload })
    this.#line?.send(type, payload)
  }

  signal(to: string, call_id: string): void {
    this.#signals += 1
    const padding = this.#signals % 40 === 0 ? ` ${'x'.repeat(6000)}` : ''
    const candidate = `${this.name} ${this.#signals}${padding}`
    const about = { call_id, from_user_id: this.userId, to_user_id: to }
    const signal = { ...about, candidate, sdp_mid: '0', sdp_mline_index: 0 }
    // Without one it is passed on as it is.
    const hasId = this.#signals % 3 === 0
    this.tell(T.ICE_CANDIDATE, hasId ? { ...signal, request_id: `signal ${this.#signals}` } : signal)
  }

  async logOut(): Promise<void> {
    const line = this.#line
    if (line === undefined) return
    this.#forget()
    line.send(T.LOGOUT_REQUEST, {})
    const answer = await line.next([T.LOGOUT_RESPONSE], this.#patienceMs)
    this.isGone = this.world.isQuiet && answer !== undefined
    line.cut()
  }

  /** All lists, as its node tells them; false where it is not told. */
  async askForLists(): Promise<boolean> {
    const line = this.#line
    if (line === undefined) return false
    line.send(T.USER_LIST_REQUEST, {})
    if ((await line.next([T.USER_LIST_RESPONSE], MOST_PATIENCE_MS)) === undefined) return false
    if (this.kind === 'v1') return true
    line.send(T.ROOM_LIST_REQUEST, {})
    return (await line.next([T.ROOM_LIST], MOST_PATIENCE_MS)) !== undefined
  }

  /** Its node has gone through all that it had to do when this was asked. */
  async untilHeard(): Promise<void> {
    const line = this.#line
    const sent = this.#beat()
    for (let answer = 0; answer < sent;) {
      const heartbeat = await line?.next([T.HEARTBEAT], MOST_PATIENCE_MS)
      if (heartbeat === undefined) return
      answer = Number(heartbeat.payload['timestamp'])
    }
  }

  async #comeIn(): Promise<boolean> {
    const { dice, nodes, record, complain } = this.world
    const all = nodes()
    if (all.length === 0) return false
    const line = await openLine({
      ...{ client: this.name, node: dice.pick(all), record, complain },
      take: (received) => {
        this.#take(received)
      },
    })
    this.#line = line
    this.#pulse = new Pulse()
    if (line === undefined) return false
    if (this.kind !== 'v1') {
      line.send(T.HELLO, { protocol: 1, client: 'wanderer', capabilities: CAPABILITIES[this.kind] })
      if ((await line.next([T.WELCOME], this.#patienceMs)) === undefined) return false
    }
    this.#isIn = await (this.#token === undefined ? this.#logIn(line) : this.#resume(line, this.#token))
    return this.#isIn
  }

  async #logIn(line: Line): Promise<boolean> {
    line.send(T.LOGIN_REQUEST, { username: this.name, password_hash: PASSWORD })
    const answer = await line.next([T.LOGIN_RESPONSE, T.ERROR], this.#patienceMs)
    if (answer?.payload['success'] !== true) return false
    line.send(T.USER_LIST_REQUEST, {})
    return true
  }

  async #resume(line: Line, session_token: string): Promise<boolean> {
    line.send(T.RESUME, { session_token, last_seq: this.#handled })
    const answer = await line.next([T.RESUMED, T.RESUME_REFUSED, T.ERROR], this.#patienceMs)
    if (answer?.type === T.RESUME_REFUSED) {
      this.#forget()
      return this.#logIn(line)
    }
    return answer?.type === T.RESUMED
  }

  #forget(): void {
    this.#token = undefined
    this.call = this.room = undefined
    this.isAsking = false
    this.#handled = this.#confirmed = 0
    this.#unconfirmed = []
  }

  async #stay(): Promise<void> {
    const { world } = this
    const { dice } = world
    const stallMs = dice.pick(STALLS_MS)
    while (this.isIn && !this.#isOver) {
      const line = this.#line
      if (line === undefined) return
      const nowMs = performance.now()
      if (nowMs - line.heardMs > (world.isQuiet ? STALL_AT_QUIET_MS : stallMs)) return
      if (this.#pulse.isDue(nowMs)) this.#beat()
      if (world.isQuiet && this.leavesAtQuiet) return this.logOut()
      if (world.isQuiet || !this.#pulse.isHeldUp(nowMs)) await act(this)
      await Promise.race([pause(dice.between(20, 250)), line.untilClosed()])
    }
  }

  /** The timestamp of the heartbeat. */
  #beat(): number {
    const timestamp = this.#pulse.beat(performance.now())
    this.#line?.send(
      T.HEARTBEAT,
      this.kind === 'resuming' ? { timestamp, ack: this.#handled } : { timestamp },
    )
    return timestamp
  }

  #take(received: Received): void {
    const { type, payload } = received
    const { seq, call_id: id } = payload
    if (typeof seq === 'number') this.#handled = seq
    switch (type) {
      case T.LOGIN_RESPONSE:
        if (payload['success'] !== true) break
        this.#forget()
        this.userId = String(payload['user_id'])
        if (typeof payload['session_token'] === 'string') this.#token = payload['session_token']
        break
      case T.HEARTBEAT:
        this.#pulse.answered(Number(payload['timestamp']))
        break
      case T.RESUMED:
        this.#resumed(String(payload['session_token']), Number(payload['received']))
        break
      case T.CALL_NOTIFICATION:
        this.#begin(String(id), String(payload['from_user_id']), 'callee', false)
        break
      case T.RINGING:
        this.isAsking = false
        this.#begin(String(id), String(payload['peer_user_id']), 'caller', false)
        break
      case T.CALL_ACCEPTED:
        this.isAsking = false
        this.#begin(String(id), String(payload['peer_user_id']), 'caller', true)
        break
      case T.HANGUP:
      case T.CALL_DECLINED:
        if (this.call?.id !== id || type === T.CALL_DECLINED) this.isAsking = false
        if (this.call?.id === id) this.call = undefined
        break
      case T.ROOM_JOINED:
        this.isAsking = false
        this.room = roomIn(payload)
        break
      case T.ROOM_LEFT:
        this.isAsking = false
        this.room = undefined
        break
      case T.ROOM_MEMBER: {
        if (payload['event'] === 'left') this.room?.members.delete(memberIn(payload))
        else this.room?.members.add(memberIn(payload))
        break
      }
      case T.ERROR:
        this.#refused(payload)
        break
      default:
    }
  }

  #begin(id: string, peer: string, role: WandererCall['role'], isActive: boolean): void {
    if (this.call?.id === id) this.call.isActive ||= isActive
    else this.call = { id, peer, role, isActive, isAnswered: false, isLeft: false }
  }

  #refused(payload: Received['payload']): void {
    const [what, id] = String(payload['request_id']).split(' ')
    if (what === 'ask') this.isAsking = false
    if (this.call === undefined || this.call.id !== id) return
    // What was not done may be asked again.
    if (payload['reason'] !== 'storage_unavailable') this.call = undefined
    else if (what === 'accept') this.call.isAnswered = this.call.isActive = false
    else this.call.isLeft = this.call.isAnswered = false
  }

  /** The old token is of no use from the next message on; what was not received is sent again. */
  #resumed(token: string, received: number): void {
    this.#token = token
    this.#unconfirmed = this.#unconfirmed.slice(received - this.#confirmed)
    this.#confirmed = received
    this.#beat()
    for (const { type, payload } of this.#unconfirmed) this.#line?.send(type, payload)
  }
}
