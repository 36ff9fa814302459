import type { Tally } from '../../unit/resumption/model/ledger.ts'
import { T } from '../wire/wire.ts'
import * as calls from './call-rules.ts'
import type { Call, Side } from './model.ts'
import { Person } from './people.ts'
import { answer, refuse } from './post.ts'
import { heartbeat, logOut } from './session-rules.ts'
import { type Line, World } from './world.ts'

/** How somebody acts on a call: a party of it as it is meant to be, or anybody on any call there ever was. */
export interface Aim {
  readonly who: number
  readonly call: number
  readonly properly: boolean
}

/** What passes between two parties. */
export interface Signal {
  readonly type: number
  readonly content: object
}

/** Up to twenty people, a bystander of v1, and all that they can do. `who` and the like count round and round. */
export class Crowd {
  readonly #world = new World()
  readonly #people: readonly Person[]
  readonly #bystander: Person
  readonly #tally: Tally

  constructor(clients: readonly (readonly string[] | undefined)[], tally: Tally) {
    const here = { world: this.#world, tally }
    this.#bystander = new Person('bystander', undefined, here)
    this.#people = clients.map((capabilities, i) => new Person(`user-${i}`, capabilities, here))
    this.#tally = tally
  }

  async open(): Promise<void> {
    for (const person of [this.#bystander, ...this.#people]) await person.begin()
  }

  /** The bystander asks who is there, after whatever has happened. */
  async look(): Promise<void> {
    await this.#world.look(await this.#bystander.reach())
  }

  async close(): Promise<void> {
    await this.#world.pass(1000)
    await this.look()
    await this.#world.pass(1000)
    await this.#world.checkInvariants()
  }

  async register(who: number, name: string): Promise<void> {
    const person = this.#person(who)
    await person.register(await person.reach(), name)
  }

  /** `password`: the right one, if undefined. */
  async logIn(who: number, as: number, password: string | undefined): Promise<void> {
    const person = this.#person(who)
    await person.logIn(await person.reach(), this.#person(as).name, password)
  }

  /** On a new connection, while the session before may still be alive. */
  async logInElsewhere(who: number, password: string | undefined): Promise<void> {
    const person = this.#person(who)
    if (this.#lineFor(person.name) !== undefined) this.#tally.add('logged in elsewhere')
    await person.logIn(await person.connect(), person.name, password)
  }

  async logOut(who: number): Promise<void> {
    const { line } = this.#person(who)
    if (line === undefined) return
    if (this.#callOf(line) !== undefined) this.#tally.add('logged out of a call')
    await this.#world.ask(line, T.LOGOUT_REQUEST, {}, (asked) => {
      logOut(this.#world.model, asked)
    })
  }

  async changePassword(who: number, password: string | undefined, next: string): Promise<void> {
    const person = this.#person(who)
    await person.changePassword(await person.reach(), password, next)
  }

  /** Most come back as somebody new with the old name. */
  async deleteAccount(who: number, password: string | undefined, andReturn: boolean): Promise<void> {
    const person = this.#person(who)
    const line = await person.reach()
    if (this.#callOf(line) !== undefined) this.#tally.add('deleted in a call')
    await person.deleteAccount(line, password)
    if (!andReturn) return
    await person.register(line, person.name)
    await person.logIn(line, person.name)
  }

  async hello(who: number, capabilities: readonly string[]): Promise<void> {
    const person = this.#person(who)
    await person.hello(await person.reach(), capabilities)
  }

  async drop(who: number): Promise<void> {
    const { line } = this.#person(who)
    if (line === undefined) return
    if (this.#callOf(line) !== undefined) this.#tally.add('dropped out of a call')
    await this.#world.drop(line)
  }

  /** By a new connection, while the old one may still be alive; `missed`: how many messages of calls to have again. */
  async comeBack(who: number, missed: number): Promise<void> {
    await this.#person(who).comeBack(missed)
  }

  /** With a token that may be anybody's and of any age, or none at all. */
  async resumeWith(who: number, which: number, lastSeq: number): Promise<void> {
    const person = this.#person(who)
    const { tokens } = this.#world.model
    await person.resume(await person.reach(), tokens[which % (tokens.length + 1)], lastSeq)
  }

  /** On a new connection, with one of the latest tokens of its own; 0 is the newest. */
  async resumeAsBefore(who: number, age: number): Promise<void> {
    const person = this.#person(who)
    const own = this.#world.model.tokens.filter(({ session }) => session.user.username === person.name)
    const token = own.at(-1 - age)
    if (token === undefined) return
    await person.resume(await person.connect(), token, token.session.lastSeq)
  }

  async call(who: number, whom: number, invitation: calls.Invitation): Promise<void> {
    const line = await this.#person(who).reach()
    const { accounts } = this.#world.model
    const callee = [...accounts.values()][whom % (accounts.size + 1)]
    await this.#call(line, callee?.id ?? 'nobody', invitation)
  }

  /** Somebody whom one is being rung by, so that they meet. */
  async callBack(which: number): Promise<void> {
    const call = this.#pick(this.#live('ringing'), which)
    const line = call === undefined ? undefined : this.#lineFor(call.callee.username)
    if (call === undefined || line === undefined) return
    if (line.model.capabilities.has('call_control')) this.#tally.add('met')
    await this.#call(line, call.caller.id, {})
  }

  async respond(aim: Aim, accepted: boolean, sdp: string | undefined): Promise<void> {
    const [line, call] = await this.#take(aim, this.#live('ringing'), ({ callee }) => callee.username)
    if (line === undefined) return
    const payload = { accepted, ...(call?.offer === undefined || sdp === undefined ? {} : { sdp }) }
    if (aim.properly) this.#tally.add(accepted ? 'accepted' : 'declined')
    const id = call?.id ?? 'none'
    await this.#world.ask(line, T.CALL_RESPONSE, { call_id: id, ...payload }, (asked) => {
      calls.respond(this.#world.model, asked, { id, ...payload })
    })
  }

  async hangUp(aim: Aim): Promise<void> {
    const [line, call] = await this.#take(aim, this.#live('ringing', 'active'), (one) => someParty(one, aim))
    if (line === undefined) return
    this.#tally.add(aim.properly ? 'hung up' : 'hung up by anybody')
    const id = call?.id ?? 'none'
    await this.#world.ask(line, T.HANGUP, { call_id: id }, (asked) => {
      calls.hangUp(this.#world.model, asked, id)
    })
  }

  async alert(aim: Aim): Promise<void> {
    const [line, call] = await this.#take(aim, this.#live('ringing'), ({ callee }) => callee.username)
    if (line === undefined) return
    if (aim.properly && line.model.capabilities.has('call_control')) this.#tally.add('alerted')
    const id = call?.id ?? 'none'
    await this.#world.ask(line, T.CALL_ALERTING, { call_id: id }, (asked) => {
      calls.alert(this.#world.model, asked, id)
    })
  }

  async update(aim: Aim, change: Partial<Side>): Promise<void> {
    const [line, call] = await this.#take(aim, this.#live('active'), (one) => someParty(one, aim))
    if (line === undefined) return
    const id = call?.id ?? 'none'
    await this.#world.ask(line, T.CALL_UPDATE, { call_id: id, ...change }, (asked) => {
      calls.update(this.#world.model, asked, id, change)
    })
  }

  /** `forged`: who it is said to be from; `astray`: to somebody who may not be the other party. */
  async relay(
    aim: Aim,
    { type, content, forged, astray }: Signal & { readonly forged: number; readonly astray: boolean },
  ): Promise<void> {
    const [line, call] = await this.#take(aim, this.#live('active'), (one) => someParty(one, aim))
    if (line === undefined) return
    const own = line.model.session?.user
    const peer = call === undefined || own === call.callee ? call?.caller : call.callee
    const accounts = [...this.#world.model.accounts.values()]
    const to = (astray ? accounts[forged % accounts.length]?.id : peer?.id) ?? 'nobody'
    const id = call?.id ?? 'none'
    const from = accounts[forged % accounts.length]?.id ?? 'nobody'
    if (aim.properly) this.#tally.add(astray ? 'relayed astray' : 'relayed')
    const payload = { call_id: id, from_user_id: from, to_user_id: to, ...content }
    await this.#world.ask(line, type, payload, (asked) => {
      calls.relay(this.#world.model, asked, { id, to, content })
    })
  }

  /** `short`: how many of the latest it has not got; below 0 it claims to have what was never sent. */
  async acknowledge(who: number, short: number): Promise<void> {
    const line = await this.#person(who).reach()
    const ack = Math.max(0, (line.model.session?.lastSeq ?? 0) - short)
    await this.#world.ask(line, T.HEARTBEAT, { timestamp: 7, ack }, (asked) => {
      heartbeat(asked, 7, ack)
    })
  }

  async list(who: number): Promise<void> {
    const { line } = this.#person(who)
    if (line?.model.session !== undefined) await this.#world.look(line)
  }

  async askForIce(who: number): Promise<void> {
    const line = await this.#person(who).reach()
    await this.#world.ask(line, T.ICE_SERVERS_REQUEST, {}, (asked) => {
      if (!asked.by.capabilities.has('ice_servers')) refuse(asked, 'not_negotiated')
      else if (asked.by.session === undefined) refuse(asked, 'login_required')
      else answer(asked, T.ICE_SERVERS, {})
    })
  }

  async pass(ms: number): Promise<void> {
    await this.#world.pass(ms)
  }

  #person(who: number): Person {
    const person = this.#people[who % this.#people.length]
    if (person === undefined) throw new Error('nobody is there')
    return person
  }

  #live(...phases: Call['phase'][]): Call[] {
    return this.#world.model.calls.filter(({ phase }) => phases.includes(phase))
  }

  #pick<T>(from: readonly T[], which: number): T | undefined {
    return from[which % Math.max(1, from.length)]
  }

  #lineFor(username: string): Line | undefined {
    const connection = this.#world.model.sessions.get(username)?.connection
    return this.#world.lines.find(({ model }) => connection !== undefined && model === connection)
  }

  #callOf({ model: { session } }: Line): Call | undefined {
    return this.#live('ringing', 'active').find((one) =>
      [one.caller, one.callee].some((party) => party === session?.user),
    )
  }

  /** The connection and the call that are aimed at; no connection where the one meant has none. */
  async #take(
    { who, call: which, properly }: Aim,
    fitting: readonly Call[],
    by: (call: Call) => string,
  ): Promise<readonly [Line | undefined, Call | undefined]> {
    const call = this.#pick(properly ? fitting : this.#world.model.calls, which)
    if (!properly) return [await this.#person(who).reach(), call]
    return [call === undefined ? undefined : this.#lineFor(by(call)), call]
  }

  async #call(line: Line, to: string, invitation: calls.Invitation): Promise<void> {
    const id = this.#world.freshId('call')
    const before = this.#world.model.calls.length
    await this.#world.ask(line, T.CALL_REQUEST, { to_user_id: to, ...invitation }, (asked) => {
      calls.request(this.#world.model, asked, { to, id, ...invitation })
    })
    this.#tally.add(this.#world.model.calls.length > before ? 'called' : 'call refused')
  }
}

function someParty({ caller, callee }: Call, { who }: Aim): string {
  return (who % 2 === 0 ? caller : callee).username
}
