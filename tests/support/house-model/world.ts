import assert from 'node:assert/strict'
import type { Ids } from '../../../src/application/ports/system/ids.ts'
import type { Log } from '../../../src/application/ports/system/log.ts'
import { parseCallId, parseUserId } from '../../../src/domain/ids.ts'
import { randomIds } from '../../../src/infrastructure/system/random-ids.ts'
import { createHouse, type HouseClient, silentLog } from '../house/house.ts'
import { T } from '../wire/wire.ts'
import { comparable, learnToken, readable } from './compare.ts'
import { nextDeadline } from './deadlines.ts'
import { type Connection, liveCallOf, type Model, newModel, stateOf, userList } from './model.ts'
import { answer, type Asked } from './post.ts'
import { Picture } from './picture.ts'
import { hear, lose, open } from './session-rules.ts'

/** One end of a connection: the model's, and the one in the house. */
export interface Line {
  readonly model: Connection
  readonly client: HouseClient
  readonly picture: Picture
  /** Whose picture it is. */
  session: Connection['session']
}

/** Presence may be told this much later, and changes in between left out. */
const PRESENCE_DELAY_MS = 1000

/** The house and the model of it, which are done the same to and must show the same. */
export class World {
  readonly model: Model = newModel()
  readonly #faults: unknown[] = []
  readonly #lines: Line[] = []
  #requests = 0
  /** The ids that the house hands out next. */
  #nextId = { user: 'user-0', call: 'call-0' }
  readonly #house = createHouse({
    ids: this.#ids(),
    log: { ...silentLog, error: (fields) => this.#faults.push(fields) } satisfies Log,
  })

  connect(): Line {
    const line = {
      model: open(this.model),
      client: this.#house.connect(),
      picture: new Picture(),
      session: undefined,
    }
    this.#lines.push(line)
    return line
  }

  get lines(): readonly Line[] {
    return this.#lines
  }

  /** An id that the house will give to the next account, or call, should it make one. */
  freshId(kind: 'user' | 'call'): string {
    this.#requests += 1
    this.#nextId = { ...this.#nextId, [kind]: `${kind}-${this.#requests}` }
    return this.#nextId[kind]
  }

  /** A client asks something; `rules` say what comes of it. Then everybody has got what they must have got. */
  async ask(line: Line, type: number, payload: object, rules: (asked: Asked) => void): Promise<void> {
    await this.#moment()
    this.#requests += 1
    const request_id = `r${this.#requests}`
    const asked = { by: line.model, type, request_id }
    hear(this.model, asked)
    rules(asked)
    await line.client.send(type, { ...payload, request_id })
    this.#compare()
  }

  async drop(line: Line): Promise<void> {
    await this.#moment()
    lose(this.model, line.model)
    await line.client.drop()
    this.#compare()
  }

  /** Lets time pass, to the millisecond: what is due does not happen one earlier. */
  async pass(ms: number): Promise<void> {
    const { model } = this
    const until = model.now + ms
    for (;;) {
      const deadline = nextDeadline(model)
      if (deadline === undefined || deadline.at > until) break
      await this.#tick(deadline.at - 1)
      this.#compare()
      await this.#tick(deadline.at)
      model.changedAt = model.now
      deadline.happen()
      // What has come about already must not wait for the house to be compared.
      this.#compare()
    }
    await this.#tick(until)
    this.#compare()
    if (model.now - model.changedAt < PRESENCE_DELAY_MS) return
    for (const { model: connection, picture } of this.#lines) {
      if (connection.open && connection.session !== undefined) picture.check(model, connection.session.user)
    }
  }

  /** PRES-1, as a client sees it that does nothing but look. */
  async look(line: Line): Promise<void> {
    await this.ask(line, T.USER_LIST_REQUEST, {}, (asked) => {
      answer(asked, T.USER_LIST_RESPONSE, { users: userList(this.model) })
    })
  }

  /** What must be true whatever has happened. */
  async checkInvariants(): Promise<void> {
    const { calls, presence } = this.#house.ports
    const live = await calls.list()
    const parties = live.flatMap(({ caller, callee }) => [caller.id, callee.id])
    assert.equal(new Set(parties).size, parties.length, 'a user is in more than one call')
    assert.deepEqual(
      live.map(({ id, phase }) => [id, phase]),
      this.model.calls.filter(({ phase }) => phase !== 'over').map(({ id, phase }) => [id, phase]),
    )
    const online = await presence.list()
    assert.equal(online.size, this.model.sessions.size)
    for (const user of this.model.accounts.values()) {
      const state = [...online.values()].find((one) => one.user.id === user.id)?.state ?? 'Disconnected'
      assert.equal(state, stateOf(this.model, user), user.username)
      const call = liveCallOf(this.model, user)
      const isBusy = live.some(
        ({ phase, caller, callee }) => caller.id === user.id || (phase === 'active' && callee.id === user.id),
      )
      if (this.model.sessions.has(user.username)) assert.equal(state === 'Busy', isBusy)
      else assert.equal(call, undefined)
    }
    assert.deepEqual(this.#faults, [], 'faults that the house has logged')
  }

  /** No two things happen at the same instant, or which of two deadlines comes first would be anybody's guess. */
  async #moment(): Promise<void> {
    await this.pass(1)
    this.model.changedAt = this.model.now
  }

  async #tick(at: number): Promise<void> {
    if (at <= this.model.now) return
    await this.#house.pass(at - this.model.now)
    this.model.now = at
  }

  #compare(): void {
    for (const line of this.#lines) {
      const { model, client, picture } = line
      if (line.session !== model.session) {
        line.session = model.session
        picture.forget()
      }
      const received = client.take()
      received.forEach((one) => {
        picture.take(one)
      })
      const told = received.map(readable).filter((one) => one !== undefined)
      const expected = model.expected.splice(0)
      told.forEach(({ payload }, i) => {
        learnToken(expected[i]?.payload['session_token'], payload['session_token'])
      })
      assert.deepEqual(told, expected.map(comparable))
      if (!model.open && !client.ended) assert(!client.endpoint.isOpen, 'it lives longer than it should')
      if (model.open) assert(client.endpoint.isOpen, 'it has ended before its time')
    }
  }

  #ids(): Ids {
    const branded = <Id>(id: Id | undefined): Id => {
      if (id === undefined) throw new Error('no id')
      return id
    }
    return {
      ...randomIds,
      user: () => branded(parseUserId(this.#nextId.user)),
      call: () => branded(parseCallId(this.#nextId.call)),
    }
  }
}
