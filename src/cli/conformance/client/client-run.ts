import { setTimeout as pause } from 'node:timers/promises'
import { findFault } from '../scenarios/check-message.ts'
import type { ClientScenario, ClientStep, SentByServer } from '../scenarios/client-schema.ts'
import { describe, nameOf, type Received } from '../scenarios/received.ts'
import { StepFailure } from '../scenarios/step-failure.ts'
import { ScenarioValues } from '../scenarios/values.ts'
import { faultOfWaits } from './back-off.ts'
import { OWN_ID, PEOPLE, userList } from './housekeeping.ts'
import { codeOf, type PlayedServer } from './played-server.ts'
import type { PlayedConnection } from './played-connection.ts'

/** The client is not one that the scenario is for. */
export class Unsuited extends Error {}

/** What a client may send at any time, and no step waits for unless it says so. */
const CHATTER = new Set([
  'HEARTBEAT',
  'CALL_ALERTING',
  'ICE_CANDIDATE',
  'USER_LIST_REQUEST',
  'ICE_SERVERS_REQUEST',
])

interface Surroundings {
  readonly deadlineMs: number
  readonly tell: (deed: string, words: string) => void
}

/** The steps of a scenario for a client, one after another. Each rejects with a StepFailure where the client does not do right. */
export class ClientRun {
  readonly #server: PlayedServer
  readonly #scenario: ClientScenario
  readonly #surroundings: Surroundings
  readonly #values: ScenarioValues
  #last: Received | undefined
  #lost: readonly Received[] = []
  #droppedAt = 0
  /** The highest `seq` that has gone out whole. */
  #wholeSeq = 0

  constructor(server: PlayedServer, scenario: ClientScenario, surroundings: Surroundings) {
    this.#server = server
    this.#scenario = scenario
    this.#surroundings = surroundings
    this.#values = new ScenarioValues((name) => this.#madeUp(name))
  }

  async take(step: ClientStep): Promise<void> {
    if ('tell' in step) this.#surroundings.tell(step.do, step.tell)
    else if ('logged_in' in step) await this.#expectLogin()
    else if ('connection' in step) await this.#expectConnection(step)
    else if ('expect' in step) await this.#expect(step)
    else if ('expect_repeated' in step) await this.#expectRepeated()
    else if ('expect_nothing' in step) await this.#expectNothing(step)
    else if ('expect_no_connection' in step) {
      await pause(step.for_ms)
      if (this.#server.hasFreshConnection) throw new StepFailure('no connection', 'one')
    } else if ('expect_no_login' in step) {
      const login = this.#server.queue.find(({ type }) => nameOf(type) === 'LOGIN_REQUEST')
      if (login !== undefined) throw new StepFailure('no LOGIN_REQUEST', 'LOGIN_REQUEST')
      if (this.#server.hasFreshConnection) throw new StepFailure('no connection', 'one')
    } else if ('expect_end' in step) {
      const ended = () => (this.#connection.ended ? true : undefined)
      await this.#wait(ended, 'the end of the connection', step.within_ms)
      this.#droppedAt = performance.now()
    } else if ('refuse_connections' in step) await this.#refuse(step.refuse_connections, step.within_ms)
    else if ('send' in step) this.#send(step)
    else if ('resume' in step) this.#resume(step)
    else if ('by_hand' in step) this.#server.byHand = new Set(step.by_hand)
    else if ('drop' in step) this.#drop()
    else await pause(step.wait_ms)
  }

  async #expectLogin(): Promise<void> {
    await this.#wait(() => (this.#server.logins > 0 ? true : undefined), 'LOGIN_REQUEST')
    const missing = (this.#scenario.needs ?? []).filter((one) => !this.#server.guest.wanted.includes(one))
    if (missing.length > 0) throw new Unsuited(`the client does not ask for ${missing.join(', ')}`)
  }

  async #expectConnection(step: Extract<ClientStep, { connection: true }>): Promise<void> {
    const found = () => this.#server.nextConnection()
    const connection = await this.#wait(found, 'a connection', step.within_ms)
    const waited = connection.openedAt - this.#droppedAt
    if (step.not_before_ms !== undefined && waited < step.not_before_ms)
      throw new StepFailure(
        `a connection after ${step.not_before_ms} ms at the earliest`,
        `one after ${Math.round(waited)} ms`,
      )
  }

  async #expect(step: Extract<ClientStep, { expect: object }>): Promise<void> {
    const { type, ...demands } = step.expect
    const got = await this.#next(type, step.within_ms)
    const fault = findFault(got, codeOf(type), demands, this.#values)
    if (fault !== undefined) throw new StepFailure(fault, describe(got))
    this.#last = got
  }

  async #next(type: string, withinMs?: number): Promise<Received> {
    const passing = (received: Received) =>
      nameOf(received.type) !== type && CHATTER.has(nameOf(received.type))
    return this.#wait(
      () => {
        const { queue } = this.#server
        while (queue[0] !== undefined && passing(queue[0])) queue.shift()
        return queue.shift()
      },
      type,
      withinMs,
    )
  }

  async #expectRepeated(): Promise<void> {
    for (const lost of this.#lost) {
      const got = await this.#wait(() => this.#server.queue.shift(), describe(lost))
      if (got.type !== lost.type || got.text !== lost.text)
        throw new StepFailure(describe(lost), describe(got))
    }
  }

  async #expectNothing({ but = [], for_ms }: Extract<ClientStep, { expect_nothing: true }>): Promise<void> {
    const isFault = (received: Received) =>
      ![...but, 'CALL_ALERTING'].includes(nameOf(received.type)) ||
      this.#server.session.timesReceived(received) > 1
    const found = await this.#server.news.wait(() => this.#server.queue.find(isFault), for_ms)
    if (found !== undefined) throw new StepFailure('nothing', describe(found))
    if (this.#server.fault !== undefined) throw new StepFailure('nothing', this.#server.fault)
    if (this.#server.connection?.ended === true && !this.#server.hasFreshConnection)
      throw new StepFailure('an open connection', 'its end')
    this.#server.queue.length = 0
  }

  async #refuse(times: number, withinMs: number): Promise<void> {
    const waits: number[] = []
    for (let at = 0; at < times; at += 1) {
      const connection = await this.#wait(() => this.#server.nextConnection(), `try ${at + 1}`, withinMs)
      if (this.#droppedAt > 0) waits.push(connection.openedAt - this.#droppedAt)
      this.#drop()
    }
    // The first may come at once.
    const fault = faultOfWaits(waits.slice(1))
    if (fault !== undefined) throw new StepFailure('waits that grow, with chance in them', fault)
  }

  #send({ send, split, half, reply, again }: Extract<ClientStep, { send: unknown }>): void {
    const all = Array.isArray(send) ? send : [send]
    if (again === true) this.#server.session.repeat()
    const bytes = Buffer.concat(all.map((one) => this.#frame(one, reply === true)))
    this.#connection.write(half === true ? bytes.subarray(0, bytes.length / 2) : bytes, split)
    if (half !== true) this.#wholeSeq = this.#server.session.highestSeq
  }

  #frame({ type, json }: SentByServer, reply: boolean): Buffer {
    const payload = Object.fromEntries(
      Object.entries(json).map(([key, value]) => [key, this.#values.fill(value)]),
    )
    const requestId = this.#last?.payload['request_id']
    return this.#server.frameOf(
      type,
      reply && requestId !== undefined ? { ...payload, request_id: requestId } : payload,
    )
  }

  #resume({ lost_from, call = null }: Extract<ClientStep, { resume: true }>): void {
    const { session, guest } = this.#server
    this.#lost = session.lose(lost_from === undefined ? undefined : codeOf(lost_from))
    const missed = session.after(this.#last?.payload['last_seq'])
    const requestId = this.#last?.payload['request_id']
    const resumed = {
      user_id: OWN_ID,
      username: guest.username,
      session_token: session.renew(),
      resume_window_ms: 60_000,
      replayed: missed.length,
      received: session.received,
      call: this.#values.fill(call),
      ...(requestId === undefined ? {} : { request_id: requestId }),
    }
    const replayed = missed.map(({ seq, type, payload }) => ({
      type: nameOf(type),
      payload: { ...payload, seq },
    }))
    this.#connection.send(codeOf('RESUMED'), resumed)
    for (const { type, payload } of replayed) this.#connection.send(codeOf(type), payload)
    this.#connection.send(codeOf('USER_LIST_RESPONSE'), userList(guest))
    this.#wholeSeq = session.highestSeq
  }

  #drop(): void {
    this.#connection.drop()
    this.#droppedAt = performance.now()
  }

  get #connection(): PlayedConnection {
    const { connection } = this.#server
    if (connection === undefined) throw new Error('no step has waited for a connection')
    return connection
  }

  async #wait<T>(
    look: () => T | undefined,
    what: string,
    withinMs = this.#surroundings.deadlineMs,
  ): Promise<T> {
    const found = await this.#server.news.wait(look, withinMs)
    if (found !== undefined) return found
    if (this.#server.fault !== undefined) throw new StepFailure(what, this.#server.fault)
    throw new StepFailure(what, `nothing of the kind within ${withinMs} ms`)
  }

  #madeUp(name: string): unknown {
    if (name === 'token') return this.#server.session.token
    if (name === 'last_seq') return this.#wholeSeq
    if (name === 'me.id') return OWN_ID
    if (name === 'me.name') return this.#server.guest.username
    const [who = '', field] = name.split('.')
    return field === 'id' ? PEOPLE[who]?.user_id : field === 'name' ? PEOPLE[who]?.username : undefined
  }
}
