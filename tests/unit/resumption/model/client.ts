import assert from 'node:assert/strict'
import { expect } from 'vitest'
import { ALL_SHARE, type House, type HouseClient } from '../../../support/house/house.ts'
import { CAPABILITIES } from '../../../support/house/resuming.ts'
import { type Received, T } from '../../../support/wire/wire.ts'
import { newSession, nothingKnown, refusalOf, type Signal, type Tally, type Truth } from './ledger.ts'
import { type CallView, viewOf } from './view.ts'

const ofCalls: ReadonlySet<number> = new Set([
  ...[T.CALL_NOTIFICATION, T.CALL_ACCEPTED, T.CALL_DECLINED, T.RINGING, T.CALL_UPDATE, T.PEER_STATE],
  ...[T.SDP_OFFER, T.SDP_ANSWER, T.ICE_CANDIDATE, T.HANGUP],
])

/**
 * A client as the advice in PROTOCOL.md has it, which reads only when it is told to; beside it what the server must
 * think of its session. Each answer is held against both.
 */
export class ModelClient {
  readonly name: string
  /** Otherwise it is one of v1. */
  readonly resumes: boolean
  userId = ''
  connection: HouseClient | undefined
  session = newSession()
  readonly pastSessions: (typeof this.session)[] = []
  readonly truth: Truth = { ...nothingKnown }
  readonly #tally: Tally
  readonly #mayOverflow: boolean
  readonly #canResume: (userId: unknown) => boolean
  /** Where its latest connection led. */
  #house: House | undefined
  #token: string | undefined
  /** Its side of the connection is dead, and the server has not noticed. */
  #broken = false
  #awaiting: 'nothing' | 'login' | 'resumed' = 'nothing'
  #unread: Received[] = []
  /** How many of what it has sent the server had when the session was resumed; undefined once the rest is sent again. */
  #received: number | undefined
  /** A restart of the daemon is no message: afterwards only RESUMED tells how the peer is. */
  #knowsPeerState = true
  /** The call in the latest RESUMED, until all that was missed is there. */
  #resumedCall: unknown

  /** `canResume`: whether the other one can. */
  constructor(
    name: string,
    resumes: boolean,
    tally: Tally,
    mayOverflow: boolean,
    canResume: (userId: unknown) => boolean,
  ) {
    this.name = name
    this.resumes = resumes
    this.#tally = tally
    this.#mayOverflow = mayOverflow
    this.#canResume = canResume
  }

  /** It may ask for something, and is answered. */
  get isReady(): boolean {
    return this.isConnected && this.#awaiting === 'nothing' && this.#received === undefined
  }

  /** As far as it can know. */
  get isConnected(): boolean {
    return this.connection?.ended === false && !this.#broken
  }

  /** There is nothing that it could still learn. */
  isUpToDate(): boolean {
    this.#pull()
    const news = this.#unread.filter(({ type }) => type !== T.USER_STATE_UPDATE && type !== T.HEARTBEAT)
    return this.isReady && news.length === 0 && (!this.resumes || this.#token !== undefined)
  }

  get view(): CallView | undefined {
    return viewOf(this.session.learned, this.session.sent)
  }

  async logIn(house: House): Promise<void> {
    this.leave(0)
    this.#house = house
    this.connection = house.connect()
    if (this.resumes) await this.connection.hello(CAPABILITIES)
    await this.#sendLogin(this.connection)
  }

  /** RESUME on a new connection, or LOGIN_REQUEST where there is nothing to resume. */
  async comeBack(house: House): Promise<void> {
    if (this.#token === undefined) {
      await this.logIn(house)
      return
    }
    if (this.connection?.ended === false) this.#tally.add('resumed over a living connection')
    if (this.#awaiting === 'resumed') this.#tally.add('resumed after a lost RESUMED')
    this.leave(0)
    this.#house = house
    const connection = house.connect()
    this.connection = connection
    await connection.hello(CAPABILITIES)
    connection.take()
    await connection.send(T.RESUME, { session_token: this.#token, last_seq: this.session.handled })
    this.#awaiting = 'resumed'
    this.#pull()
    const answers = this.#unread.filter(({ type }) => type === T.RESUMED || type === T.RESUME_REFUSED)
    assert.equal(answers.length, 1)
    const reason = answers[0]?.payload['reason']
    if (reason === 'overflow' && this.#mayOverflow) this.truth.overflowed = true
    if (this.truth.overflowed) return
    assert.equal(reason, refusalOf(this.truth))
    if (reason === undefined) this.truth.lostAt = undefined
  }

  /** The connection is no more, as far as the client is concerned: it reads so many of the frames that are there. */
  leave(prefix: number): void {
    this.#pull()
    this.#handle(prefix)
    this.#unread = []
    this.#received = undefined
    this.#resumedCall = undefined
    this.connection = undefined
    this.#broken = false
  }

  /** The daemon is another one now. */
  restarted(prefix: number): void {
    this.leave(prefix)
    this.#knowsPeerState = false
    // What nodes share outlives each of them.
    if (!ALL_SHARE && refusalOf(this.truth) !== undefined) this.truth.forgotten = true
  }

  /** Its side of the connection dies, which nobody notices at first. */
  break(prefix: number): void {
    this.#pull()
    this.#handle(prefix)
    this.#unread = []
    this.#received = undefined
    this.#broken = true
  }

  /** Handles all that has come, and does what follows from it. */
  async read(): Promise<void> {
    this.#pull()
    this.#handle(Infinity)
    const { connection } = this
    if (connection === undefined || !this.isConnected || this.#awaiting !== 'nothing') return
    if (this.resumes && this.#token === undefined) {
      await this.#sendLogin(connection)
      this.#pull()
      this.#handle(Infinity)
    }
    if (this.#received === undefined) return
    for (const { type, payload, signal } of this.session.sent.slice(this.#received)) {
      this.#tally.add('sent again')
      await this.#deliver(connection, type, payload, signal)
    }
    this.#received = undefined
  }

  /** A message of a call; where the connection is dead it is lost. */
  async send(type: number, payload: Readonly<Record<string, unknown>>, signal?: Signal): Promise<void> {
    this.session.sent.push(signal === undefined ? { type, payload } : { type, payload, signal })
    if (this.connection !== undefined && this.isConnected)
      await this.#deliver(this.connection, type, payload, signal)
    else this.#tally.add('sent into the void')
  }

  async acknowledge(): Promise<void> {
    await this.connection?.send(T.HEARTBEAT, { timestamp: 1, ack: this.session.handled })
  }

  async #deliver(
    connection: HouseClient,
    type: number,
    payload: Readonly<Record<string, unknown>>,
    signal: Signal | undefined,
  ): Promise<void> {
    this.truth.taken += 1
    if (signal === undefined) return connection.send(type, payload)
    signal.taken = true
    const before = await this.#isActive(signal.call)
    await connection.send(type, payload)
    signal.due = before && (await this.#isActive(signal.call))
  }

  async #isActive(call: unknown): Promise<boolean> {
    const calls = (await this.#house?.ports.calls.list()) ?? []
    return calls.some(({ id, phase }) => id === call && phase === 'active')
  }

  async #sendLogin(connection: HouseClient): Promise<void> {
    const credentials = { username: this.name, password_hash: 'pw' }
    await connection.send(T.REGISTER_REQUEST, credentials)
    await connection.send(T.LOGIN_REQUEST, credentials)
    this.#awaiting = 'login'
    const token = this.#token === undefined ? 'unknown' : (refusalOf(this.truth) ?? 'replaced')
    const { overflowed } = this.truth
    Object.assign(this.truth, { ...nothingKnown, token, overflowed } satisfies Truth)
  }

  #pull(): void {
    if (this.connection !== undefined && !this.#broken) this.#unread.push(...this.connection.take())
  }

  #handle(limit: number): void {
    for (const received of this.#unread.splice(0, limit)) this.#handleOne(received)
  }

  #handleOne(received: Received): void {
    const { type, payload } = received
    const { session } = this
    if (type === T.LOGIN_RESPONSE) {
      assert.equal(payload['success'], true)
      this.#begin(payload)
    } else if (type === T.RESUMED) {
      this.#resume(payload)
    } else if (type === T.RESUME_REFUSED) {
      this.#tally.add(`refused: ${String(payload['reason'])}`)
      this.#token = undefined
      this.#awaiting = 'nothing'
    } else if (type === T.USER_LIST_RESPONSE) {
      this.#compare()
    }
    if (type === T.ERROR) {
      const refused = session.sent.find(({ payload: sent }) => sent['request_id'] === payload['request_id'])
      if (refused?.signal !== undefined) refused.signal.refused = true
    }
    const { seq } = payload
    assert.equal(seq !== undefined, this.resumes && this.#isOfCall(received), 'numbered, or not')
    if (!this.#isOfCall(received)) return
    if (this.resumes) assert.equal(seq, session.handled + 1, `${this.name}: lost, doubled or out of order`)
    session.handled += 1
    session.learned.push(received)
    const text = type === T.SDP_OFFER ? payload['sdp'] : payload['candidate']
    if (text !== undefined) session.heard.push({ call: payload['call_id'], n: Number(text) })
    if (type === T.CALL_ACCEPTED && payload['role'] === 'callee') this.#tally.add('met')
    if (type === T.PEER_STATE) this.#tally.add('peer state')
  }

  #isOfCall({ type, payload }: Received): boolean {
    if (type !== T.ERROR) return ofCalls.has(type)
    const about = payload['in_reply_to']
    return about === T.CALL_REQUEST || about === T.CALL_RESPONSE || ofCalls.has(Number(about))
  }

  #begin({ user_id, session_token }: Received['payload']): void {
    this.userId = String(user_id)
    this.#token = this.resumes ? String(session_token) : undefined
    this.#awaiting = 'nothing'
    this.truth.token = 'current'
    this.truth.overflowed = false
    this.pastSessions.push(this.session)
    this.session = newSession()
    this.#knowsPeerState = true
  }

  #resume({ session_token, replayed, received, call }: Received['payload']): void {
    assert.equal(received, this.truth.taken, `${this.name}: received`)
    this.#token = String(session_token)
    this.#awaiting = 'nothing'
    this.#received = this.truth.taken
    this.#resumedCall = call
    this.#tally.add('resumed')
    if (replayed !== 0) this.#tally.add('resumed with a replay')
    if (call !== null) this.#tally.add('resumed into a call')
  }

  /** After the last of what was missed: the call in RESUMED is what the client has gathered by itself. */
  #compare(): void {
    if (this.#resumedCall === undefined || this.#received === undefined) return
    const { learned, sent } = this.session
    const view = viewOf(learned, sent.slice(0, this.#received))
    const peer_state = this.#knowsPeerState
      ? view?.peer_state
      : expect.stringMatching(/^(connected|reconnecting)$/)
    const isLeft = view?.phase === 'active' && !this.#knowsPeerState && !this.#canResume(view.peer_user_id)
    if (view === undefined || isLeft) expect(this.#resumedCall).toBeNull()
    else expect(this.#resumedCall).toMatchObject({ ...view, peer_state })
    this.#knowsPeerState = true
    if (isLeft) learned.push({ leftToItsMedia: true })
    learned.push({ peerState: peerStateIn(this.#resumedCall) })
    this.#resumedCall = undefined
  }
}

function peerStateIn(call: unknown): unknown {
  return typeof call === 'object' && call !== null && 'peer_state' in call ? call.peer_state : undefined
}
