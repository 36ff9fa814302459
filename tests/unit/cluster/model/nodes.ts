import assert from 'node:assert/strict'
import type { Log } from '../../../../src/application/ports/system/log.ts'
import { SharedMemory } from '../../../support/cluster/shared-memory.ts'
import { createDice, type Dice } from '../../../support/dice.ts'
import { createHouse, type House, settled, silentLog } from '../../../support/house/house.ts'
import { createHouseTime } from '../../../support/house/time.ts'
import { T } from '../../../support/wire/wire.ts'
import { Person, type Signal } from './person.ts'
import { pictureOf } from './picture.ts'
import type { Deed } from './schedule.ts'

const NODES: readonly string[] = ['a', 'b', 'c']
const ROOMS: readonly string[] = ['hall', 'attic']
const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'victor']

/** What takes an active call. */
const ACTIVE: ReadonlySet<Deed['do']> = new Set(['hold', 'transfer', 'hang up'])

type Deeds = Partial<Record<Deed['do'], () => void>>

/** Three nodes in one process, which hear of each other when the dice say so, and six people who use them. */
export class Nodes {
  readonly people = NAMES.map((name) => new Person(name, name !== 'victor'))
  readonly world = new SharedMemory(createHouseTime(1_700_000_000_000), { waits: true })
  readonly signals: (Signal & { readonly by: Person; readonly session: Person['session'] })[] = []
  readonly #houses = new Map<string, House>()
  readonly #accounts: Partial<Parameters<typeof createHouse>[0]>
  readonly #dice: Dice
  readonly #faults: unknown[] = []
  #calls = 0

  constructor(seed: number) {
    this.#dice = createDice(seed)
    const { users, hasher, doNotDisturb, invites, history } = createHouse({
      world: new SharedMemory(this.world.time),
    }).ports
    this.#accounts = { users, hasher, doNotDisturb, invites, history }
  }

  async open(): Promise<void> {
    for (const node of NODES) this.#start(node)
    const house = this.#house(0)[1]
    for (const { name } of this.people)
      void house.connect().send(T.REGISTER_REQUEST, { username: name, password_hash: 'pw' })
    await this.#calm()
    for (const [index, person] of this.people.entries()) person.logIn(...this.#place(index))
    await this.#calm()
    // Much of what is drawn takes a call.
    const nobody = { node: 0, prefix: 1, steps: 0, reads: true }
    for (const [who, whom] of [
      [0, 1],
      [2, 3],
    ] as const) {
      await this.perform({ do: 'call', who, whom, ...nobody })
      await this.#calm()
      await this.perform({ do: 'answer', who: whom, whom: who, ...nobody })
      await this.#calm()
    }
  }

  async perform(deed: Deed): Promise<void> {
    if (deed.reads) for (const person of this.people) person.read()
    const [one, other] = [this.#whoCan(deed), this.#person(deed.whom)]
    this.#act(deed, one, other)
    for (let i = 0; i < deed.steps; i += 1) {
      const name = this.#dice.pick(NODES)
      if (this.#dice.between(0, 1) === 0) this.world.hear(name)
      else this.world.carryOut(name)
      await settled()
    }
  }

  /** Everybody is back, everything has been heard, and all that is believed is true. */
  async checkEnd(): Promise<void> {
    for (let i = 0; i < 3; i += 1) {
      if (i > 0) for (const person of this.people) if (person.resumes) this.#bringBack(person, i)
      await this.#calm()
      // What was on its way when everybody came may have taken a connection away once more.
      for (let tries = 0; tries < 3; tries += 1) {
        for (const person of this.people) if (!person.isReady) this.#bringBack(person, i)
        await this.#calm()
      }
      await this.#checkTruth()
    }
    this.#checkSignals()
  }

  #act({ do: what, node, prefix }: Deed, one: Person, other: Person): void {
    const [name, house] = this.#house(node)
    const isGone = one.link?.isOpen !== true
    const befalls: Deeds = {
      'log in': () => one.logIn(house, name),
      'come back': () => (one.resumes || isGone ? one.comeBack(house, name) : undefined),
      cut: () => one.cut(prefix, true),
      // A client of v1 that vanishes unnoticed is there until its heartbeats are missed.
      break: () => one.cut(prefix, !one.resumes),
      kill: () => (this.#houses.size > 1 ? this.#kill(name) : undefined),
      fence: () => this.world.fence(name),
      // A session that no node has ends with that.
      lose: () => (this.world.holdsAll() ? this.world.comeBackEmpty() : undefined),
      start: () => {
        for (const down of NODES) if (!this.#houses.has(down)) this.#start(down)
      },
      pass: () => this.#pass(1_000 * prefix),
    }
    const deed =
      befalls[what] ?? (one.mayAsk && one !== other ? this.#asks(prefix, one, other)[what] : undefined)
    deed?.()
  }

  /** What somebody can ask for now. */
  #asks(prefix: number, one: Person, other: Person): Deeds {
    const { view, room, session } = one
    const call_id = view?.call_id ?? 'none'
    const to_user_id = other.userId
    const isRung = view?.phase === 'ringing' && view.role === 'callee'
    const talks = view?.phase === 'active' && one.resumes
    return {
      ...(view === undefined &&
        !one.isCalling && {
          call: () => one.send(T.CALL_REQUEST, { to_user_id, request_id: `call ${(this.#calls += 1)}` }),
        }),
      ...(isRung && { answer: () => one.send(T.CALL_RESPONSE, { call_id, accepted: prefix > 0 }) }),
      ...(view !== undefined && { 'hang up': () => one.send(T.HANGUP, { call_id }) }),
      ...(talks && {
        hold: () => one.send(T.CALL_UPDATE, { call_id, on_hold: prefix > 0 }),
        transfer: () => one.send(T.CALL_TRANSFER, { call_id, to_user_id }),
      }),
      signal: () => {
        for (let i = 0; i <= prefix; i += 1) this.#signal(one)
      },
      ...(one.resumes && {
        acknowledge: () => one.send(T.HEARTBEAT, { timestamp: 1, ack: session.handled }),
      }),
      ...(one.resumes &&
        room === undefined && {
          join: () => one.send(T.ROOM_JOIN, { room_id: ROOMS[prefix > 0 ? 0 : 1] }),
        }),
      ...(room !== undefined && { leave: () => one.send(T.ROOM_LEAVE, { room_id: room }) }),
    }
  }

  #signal(by: Person): void {
    const { session, addressee } = by
    if (addressee === undefined) return
    const n = this.signals.length
    const { call, to: to_user_id } = addressee
    const signal = { n, ...addressee }
    this.signals.push({ ...signal, by, session })
    // A third of them are not written as the server writes them: the slow way.
    const payload =
      n % 3 === 0
        ? { call_id: call, to_user_id, from_user_id: by.userId, sdp: `${n}`, request_id: `s${n}` }
        : {
            call_id: call,
            from_user_id: by.userId,
            to_user_id,
            candidate: `${n}`,
            sdp_mid: '0',
            sdp_mline_index: 0,
          }
    by.send(n % 3 === 0 ? T.SDP_OFFER : T.ICE_CANDIDATE, payload, signal)
  }

  #bringBack(person: Person, shift: number): void {
    const [node, house] = this.#house(this.people.indexOf(person) + shift)
    person.comeBack(house, node)
  }

  async #calm(): Promise<void> {
    for (let idle = 0; idle < 30;) {
      let moved = false
      for (const name of NODES) {
        while (this.world.carryOut(name)) moved = true
        while (this.world.hear(name)) moved = true
      }
      await settled()
      for (const person of this.people) person.read()
      if (moved) continue
      if (idle > 1 && !this.people.some(({ isBusy }) => isBusy)) return
      idle += 1
      this.#pass(101)
      await settled()
    }
    assert.fail(
      `not at rest: ${this.people
        .filter(({ isBusy }) => isBusy)
        .map(({ name }) => name)
        .join()}`,
    )
  }

  async #checkTruth(): Promise<void> {
    assert.deepEqual(this.#faults, [])
    const houses = [...this.#houses.values()]
    const [first] = houses
    assert.ok(first)
    const truth = await pictureOf(first)
    for (const house of houses) assert.deepEqual(await pictureOf(house), truth)
    const { calls, rooms, online } = truth
    const parties = calls.flatMap(({ phase, caller, callee, transfer }) =>
      phase === 'ringing' && transfer !== undefined ? [callee.id] : [caller.id, callee.id],
    )
    assert.equal(new Set(parties).size, parties.length, 'somebody is in two calls')
    for (const person of this.people) {
      const { name, userId, view } = person
      assert.ok(person.link?.isOpen === true && person.isReady, `${name} is not back`)
      const isCaller = calls.some(
        ({ phase, caller, transfer }) =>
          caller.id === userId && (phase === 'active' || transfer === undefined),
      )
      const isCallee = calls.some(({ phase, callee }) => callee.id === userId && phase === 'active')
      const room = rooms.find(({ members }) => members.includes(userId))
      const isBusy = isCaller || isCallee || room !== undefined
      assert.equal(online.get(userId), isBusy ? 'Busy' : 'Available', name)
      // How it is itself it is not told.
      for (const [user, state] of online)
        if (user !== userId)
          assert.equal(person.states.get(user), state, `${name} about ${this.#nameOf(user)}`)
      if (!person.resumes) continue
      const call = calls.find(
        ({ phase, caller, callee, transfer }) =>
          callee.id === userId || (caller.id === userId && (phase === 'active' || transfer === undefined)),
      )
      assert.equal(view?.call_id, call?.id, `${name}: call`)
      assert.equal(view?.phase, call?.phase, `${name}: phase`)
      if (call !== undefined)
        assert.equal(view?.peer_user_id, call.caller.id === userId ? call.callee.id : call.caller.id)
      assert.equal(person.room, room?.id, `${name}: room`)
      const mates = room?.members.filter((id) => id !== userId) ?? []
      assert.deepEqual([...person.mates].filter((id) => id !== userId).toSorted(), mates.toSorted(), name)
    }
  }

  #checkSignals(): void {
    for (const { n, call, to, by, session } of this.signals) {
      const receiver = this.people.find(({ userId }) => userId === to)
      if (receiver === undefined || by.session !== session || session.refused.has(n) || !by.resumes) continue
      // In a room it depends on who has seen whom.
      if (!receiver.resumes || ROOMS.includes(call)) continue
      // Of those without a request_id only the end of the call tells whether one was refused.
      if (n % 3 !== 0 && receiver.view?.call_id !== call) continue
      const calls = new Set(
        receiver.session.learned.map((one) => ('payload' in one ? one.payload['call_id'] : '')),
      )
      if (calls.has(call))
        assert.ok(
          receiver.session.heard.some((one) => one.n === n),
          `${receiver.name} misses signal ${n}`,
        )
    }
  }

  #pass(ms: number): void {
    for (const [index, house] of [...this.#houses.values()].entries()) void house.pass(index === 0 ? ms : 0)
  }

  #start(node: string): void {
    const log: Log = {
      ...silentLog,
      error: (fields, text) => {
        const err = 'err' in fields ? fields.err : undefined
        const isFence = `${text} ${String(err)}`.includes('taken for dead')
        if (this.#houses.get(node) === house && !isFence) this.#faults.push([err, text])
      },
    }
    const house: House = createHouse({
      ...this.#accounts,
      ...{ world: this.world, node, log, ringTimeoutMs: 8_000 },
    })
    this.#houses.set(node, house)
  }

  #kill(node: string): void {
    this.world.kill(node)
    this.#houses.delete(node)
    for (const person of this.people) if (person.link?.node === node) person.cut(0, false)
  }

  /** A node that lives, from this one on. */
  #house(place: number): readonly [string, House] {
    const live = [...this.#houses]
    const found = live[place % live.length]
    assert.ok(found)
    return found
  }

  #place(place: number): readonly [House, string] {
    const [node, house] = this.#house(place)
    return [house, node]
  }

  /** From this one on the first who can do it now, so that most of what is drawn does something. */
  #whoCan({ do: what, who }: Deed): Person {
    const inOrder = [...this.people.slice(who), ...this.people.slice(0, who)]
    const able = inOrder.find(({ view, mayAsk, room, addressee }) => {
      if (!mayAsk) return false
      if (what === 'answer') return view?.phase === 'ringing' && view.role === 'callee'
      if (what === 'call') return view === undefined && room === undefined
      if (what === 'signal') return addressee !== undefined
      return ACTIVE.has(what) && view?.phase === 'active'
    })
    return able ?? this.#person(who)
  }

  #nameOf(id: string): string | undefined {
    return this.people.find(({ userId }) => userId === id)?.name
  }

  #person(index: number): Person {
    const person = this.people[index]
    assert.ok(person)
    return person
  }
}
