import assert from 'node:assert/strict'
import { expect } from 'vitest'
import type { Log } from '../../../../src/application/ports/system/log.ts'
import { createHouse, type House, type HouseClient, silentLog } from '../../../support/house/house.ts'
import { T } from '../../../support/wire/wire.ts'
import { ModelClient } from './client.ts'
import type { Signal, Tally } from './ledger.ts'
import type { Asking, Event, Op } from './schedule.ts'
import { openRequests } from './view.ts'

const WINDOW_MS = 60_000

/** Two who resume, one of v1, a bystander, and the daemon that they all talk to. */
export class World {
  readonly clients: readonly ModelClient[]
  readonly #tally: Tally
  readonly #faults: unknown[] = []
  readonly #signals: Signal[] = []
  #house: House
  #now = 0
  #bystander: HouseClient | undefined
  /** What the bystander has been told last, by user. */
  #seen = new Map<unknown, unknown>()

  constructor(tally: Tally, limits: { readonly max_outbox_frames?: number } = {}) {
    this.#tally = tally
    const log: Log = { ...silentLog, error: (fields) => this.#faults.push(fields) }
    this.#house = createHouse({ log, limits })
    const mayOverflow = limits.max_outbox_frames !== undefined
    this.clients = ['alice', 'bob', 'carl'].map(
      (name) => new ModelClient(name, name !== 'carl', tally, mayOverflow, (id) => this.#canResume(id)),
    )
  }

  #canResume(user: unknown): boolean {
    return this.clients.some(({ userId, resumes }) => userId === user && resumes)
  }

  async open(): Promise<void> {
    for (const client of this.clients) {
      await client.logIn(this.#house)
      await client.read()
    }
    await this.#bringBystander()
  }

  async happen(event: Event): Promise<void> {
    switch (event.do) {
      case 'talk':
        await this.#talk(this.#client(event.who), this.#client(event.to))
        break
      case 'restart':
        await this.#restart(event.downMs, event.prefix)
        break
      case 'pass':
        this.#now += event.ms
        await this.#house.pass(event.ms)
        break
      default:
        event satisfies never
    }
    for (const { truth, connection } of this.clients) {
      if (connection?.ended === true) truth.lostAt ??= this.#now
      if (truth.lostAt !== undefined && this.#now - truth.lostAt >= WINDOW_MS) truth.expired = true
    }
  }

  async perform(op: Op): Promise<void> {
    const client = this.#client(op.who)
    switch (op.do) {
      case 'read':
        return client.read()
      case 'drop':
        return this.#drop(client, op.prefix)
      case 'break':
        if (client.isConnected && client.resumes) client.break(op.prefix)
        return undefined
      case 'come back':
        return client.comeBack(this.#house)
      case 'log in':
        return client.logIn(this.#house)
      case 'call':
      case 'answer':
      case 'hang up':
      case 'ack':
      case 'signal':
      case 'update':
        return this.#ask(client, op)
    }
  }

  async #ask(client: ModelClient, op: Asking): Promise<void> {
    if (client.connection === undefined) return client.comeBack(this.#house)
    if (client.isConnected) await client.read()
    if (client.isConnected && !client.isReady) return undefined
    switch (op.do) {
      case 'call':
        return client.send(T.CALL_REQUEST, { to_user_id: this.#client(op.to).userId })
      case 'ack':
        return client.resumes && client.isConnected ? client.acknowledge() : undefined
      case 'answer':
        return client.send(T.CALL_RESPONSE, { call_id: this.#callOf(client), accepted: op.accepted })
      case 'hang up':
        return client.send(T.HANGUP, { call_id: this.#callOf(client) })
      case 'update':
        if (client.resumes && client.view?.phase === 'active')
          await client.send(T.CALL_UPDATE, { call_id: this.#callOf(client), ...op.change })
        return undefined
      case 'signal':
        for (let i = 0; i < op.count; i += 1) await this.#signal(client)
    }
  }

  /** Everybody comes back, and all that takes its time has happened. */
  async settle(): Promise<void> {
    for (let i = 0; i < 2; i += 1) {
      for (const client of this.clients) {
        await client.read()
        if (!client.isConnected || !client.isReady) await client.comeBack(this.#house)
        await client.read()
      }
      if (i === 0) await this.happen({ do: 'pass', ms: 30_000 })
    }
    for (const client of this.clients) await client.read()
  }

  /** Nobody comes back. */
  async abandon(): Promise<void> {
    for (const client of this.clients) await this.#drop(client, 0)
    await this.happen({ do: 'pass', ms: WINDOW_MS })
    await this.check()
    expect(await this.#house.ports.calls.list()).toEqual([])
    expect((await this.#house.ports.presence.list()).size).toBe(1)
  }

  /** What must be true at any time. */
  async check(): Promise<void> {
    assert.deepEqual(this.#faults, [])
    const calls = await this.#house.ports.calls.list()
    const online = [...(await this.#house.ports.presence.list()).values()]
    for (const { user, state } of online) {
      const busy = calls.some(
        ({ phase, caller, callee }) => user.id === caller.id || (phase === 'active' && user.id === callee.id),
      )
      assert.equal(state, busy ? 'Busy' : 'Available', user.username)
    }
    for (const client of this.clients.filter((one) => one.isUpToDate())) {
      const call = calls.find(({ caller, callee }) =>
        [caller.id, callee.id].some((id) => id === client.userId),
      )
      const { view } = client
      // A caller of v1 is not told that it rings.
      if (!client.resumes && call?.phase === 'ringing') continue
      assert.equal(view?.call_id, call?.id, client.name)
      assert.equal(view?.phase, call?.phase, client.name)
      if (call === undefined || view === undefined) continue
      const [peer, role] =
        call.caller.id === client.userId ? [call.callee, 'caller'] : [call.caller, 'callee']
      assert.deepEqual([view.role, view.peer_user_id], [role, peer.id])
      if (!client.resumes) continue
      const sessions = await this.#house.ports.sessions.ofUser(peer.id)
      const away = sessions.every(({ detachedSince }) => detachedSince !== undefined)
      assert.equal(view.peer_state, away ? 'reconnecting' : 'connected', client.name)
    }
    await this.#checkBystander()
  }

  /** To be called when all have settled: nobody is in limbo, and no signal was lost, doubled or moved. */
  checkEnd(): void {
    for (const client of this.clients) {
      expect(client.isUpToDate()).toBe(true)
      const { view, session } = client
      if (!client.resumes) expect(openRequests(session.learned, session.sent)).toBe(0)
      if (view === undefined) continue
      expect(view.phase).toBe('active')
      const peer = this.clients.find(({ userId }) => userId === view.peer_user_id)
      expect(peer?.view).toMatchObject({
        call_id: view.call_id,
        phase: 'active',
        peer_user_id: client.userId,
      })
    }
    for (const client of this.clients) this.#checkHeard(client)
  }

  #checkHeard(client: ModelClient): void {
    for (const session of [...client.pastSessions, client.session]) {
      const calls = new Set(
        session.learned.map((one) => ('payload' in one ? one.payload['call_id'] : undefined)),
      )
      for (const call of calls) {
        const heard = session.heard.filter((one) => one.call === call).map(({ n }) => n)
        expect(heard).toEqual([...new Set(heard)].toSorted((a, b) => a - b))
        const sent = this.#signals.filter((one) => one.call === call && one.to === client.userId && one.taken)
        expect(sent.map(({ n }) => n)).toEqual(expect.arrayContaining(heard))
        // Whose session has ended may have left with the rest unread.
        if (session !== client.session) continue
        const missing = sent.filter(({ n, refused, due, by }) => {
          return !heard.includes(n) && (due || (!refused && this.clients.some((one) => one.session === by)))
        })
        expect(
          missing.map(({ n }) => n),
          `${client.name} misses signals`,
        ).toEqual([])
      }
    }
  }

  async #restart(downMs: number, prefix: number): Promise<void> {
    this.#tally.add('restart')
    const house = await this.#house.restart(downMs)
    for (const client of this.clients) {
      client.restarted(prefix)
      client.truth.lostAt ??= this.#now
    }
    this.#house = house
    this.#now += downMs
    if ((await house.ports.calls.list()).length > 0) this.#tally.add('restart with a call')
    // As the ticker of a daemon that begins.
    await house.pass(0)
    await this.#bringBystander()
  }

  async #drop(client: ModelClient, prefix: number): Promise<void> {
    const { connection, truth } = client
    client.leave(prefix)
    if (connection === undefined || connection.ended) return
    await connection.drop()
    truth.lostAt ??= this.#now
  }

  async #talk(caller: ModelClient, callee: ModelClient): Promise<void> {
    for (const client of [caller, callee]) {
      if (!client.isConnected) await client.comeBack(this.#house)
      await client.read()
    }
    if (!caller.isReady || caller.view !== undefined || caller === callee) return
    await caller.send(T.CALL_REQUEST, { to_user_id: callee.userId })
    await callee.read()
    if (!callee.isReady || callee.view?.phase !== 'ringing') return
    await callee.send(T.CALL_RESPONSE, { call_id: callee.view.call_id, accepted: true })
    await caller.read()
  }

  async #signal(client: ModelClient): Promise<void> {
    const { view } = client
    if (view === undefined) return
    const n = this.#signals.length
    const to_user_id = view.peer_user_id
    const call_id = view.call_id
    const signal = {
      n,
      call: call_id,
      to: to_user_id,
      by: client.session,
      taken: false,
      refused: false,
      due: false,
    }
    this.#signals.push(signal)
    const payload = { call_id, to_user_id, request_id: `signal ${n}` }
    if (n % 4 === 0) await client.send(T.SDP_OFFER, { ...payload, sdp: `${n}` }, signal)
    else {
      const candidate = { candidate: `${n}`, sdp_mid: '0', sdp_mline_index: 0 }
      await client.send(T.ICE_CANDIDATE, { ...payload, ...candidate }, signal)
    }
  }

  #client(place: number): ModelClient {
    const client = this.clients[place % this.clients.length]
    if (client === undefined) throw new Error('no such client')
    return client
  }

  #callOf(client: ModelClient): string {
    return client.view?.call_id ?? 'none'
  }

  async #bringBystander(): Promise<void> {
    this.#bystander = await this.#house.logIn('dora')
    this.#seen = new Map(await this.#listed(this.#bystander))
    this.#bystander.take()
  }

  async #checkBystander(): Promise<void> {
    const bystander = this.#bystander
    if (bystander === undefined) throw new Error('no bystander')
    const listed = await this.#listed(bystander)
    for (const { payload } of bystander.take(T.USER_STATE_UPDATE)) {
      assert.notEqual(this.#seen.get(payload['user_id']), payload['state'], 'told twice')
      this.#seen.set(payload['user_id'], payload['state'])
    }
    assert.deepEqual(this.#seen, new Map(listed))
  }

  async #listed(client: HouseClient): Promise<[unknown, unknown][]> {
    await client.send(T.USER_LIST_REQUEST, {})
    const users: unknown = client.take(T.USER_LIST_RESPONSE)[0]?.payload['users']
    if (!Array.isArray(users)) throw new Error('no user list')
    return users.map((user: Readonly<Record<string, unknown>>) => [user['user_id'], user['state']])
  }
}
