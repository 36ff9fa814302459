import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHouse, type House } from '../../support/house/house.ts'
import { Talker } from '../../support/house/talker.ts'
import { T } from '../../support/wire/wire.ts'

const NAMES = ['alice', 'bob', 'carol', 'dave']

const who = fc.integer({ min: 0, max: NAMES.length - 1 })
const deed = <Do extends string>(weight: number, name: Do) => ({
  weight,
  arbitrary: fc.record({ do: fc.constant(name), who, whom: who }),
})
const step = fc.oneof(
  deed(6, 'call'),
  deed(8, 'accept'),
  deed(1, 'decline'),
  deed(1, 'hang up'),
  deed(8, 'transfer'),
  deed(1, 'take back'),
  // The server decides which of the two was first.
  deed(2, 'accept while the other hangs up'),
  deed(2, 'accept all at once'),
  deed(2, 'lose'),
  deed(1, 'lose unread'),
  deed(4, 'come back'),
  deed(1, 'window'),
  deed(1, 'ring out'),
  deed(1, 'crash'),
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** What happens whether or not that one is there. */
const EVEN_AWAY: ReadonlySet<Step['do']> = new Set(['window', 'ring out', 'come back', 'crash'])

class World {
  house: House = createHouse({ resumeWindowMs: 1000, ringTimeoutMs: 5000 })
  readonly people: Talker[] = []
  readonly counts = { resumed: 0 }

  async open(): Promise<void> {
    for (const name of NAMES) this.people.push(await Talker.enter(() => this.house, name))
  }

  async perform({ do: what, who: index, whom }: Step): Promise<void> {
    const [one, other] = [this.#whoCan(what, index), this.#person(whom)]
    if (one.isThere && what !== 'lose unread') one.read()
    if (other.isThere) other.read()
    if (one.isThere || EVEN_AWAY.has(what)) await this.#act(what, one, other)
  }

  /** Everybody is back and has heard everything: what they believe fits together. */
  async checkEnd(): Promise<void> {
    for (const each of this.people) await this.#comeBack(each)
    for (const each of this.people) each.read()
    const rings = this.people.flatMap(({ belief }) => belief.ringing ?? [])
    for (const { name, userId, belief } of this.people) {
      const { active, calling, transfer, ringing } = belief
      const peer = this.people.find((each) => each.userId === active?.peer)
      expect(peer?.belief.active, name).toEqual(active && { id: active.id, peer: userId })
      expect(peer?.belief.transfer, name).toBe(active && transfer)
      for (const rung of [calling, transfer])
        if (rung !== undefined) expect(rings, `${name} has it rung`).toContain(rung)
      if (ringing !== undefined) {
        const callers = this.people.filter((each) => each.belief.calling === ringing)
        const parties = this.people.filter((each) => each.belief.transfer === ringing)
        expect([callers.length, parties.length], `who rings ${name}`).toEqual(
          callers.length > 0 ? [1, 0] : [0, 2],
        )
      }
    }
    await this.#checkPresence()
  }

  async #checkPresence(): Promise<void> {
    const [onlooker] = this.people
    await onlooker?.client.send(T.USER_LIST_REQUEST, {})
    const users = onlooker?.client.take(T.USER_LIST_RESPONSE)[0]?.payload['users']
    const states = new Map(
      (Array.isArray(users) ? users : []).map((user: { user_id: string; state: string }) => [
        user.user_id,
        user.state,
      ]),
    )
    for (const { name, userId, belief } of this.people) {
      const isBusy = belief.active !== undefined || belief.calling !== undefined
      expect(states.get(userId), name).toBe(isBusy ? 'Busy' : 'Available')
    }
  }

  async #act(what: Step['do'], one: Talker, other: Talker): Promise<void> {
    switch (what) {
      case 'call':
        await one.call(other)
        break
      case 'accept':
        await one.answer(true)
        break
      case 'decline':
        await one.answer(false)
        break
      case 'hang up':
        await one.hangUp()
        break
      case 'transfer':
        await one.transfer(other)
        break
      case 'take back':
        await one.takeBack()
        break
      case 'accept while the other hangs up':
        await Promise.all([other.isThere ? other.hangUp() : undefined, one.answer(true)])
        break
      case 'accept all at once': {
        const there = this.people.filter(({ isThere }) => isThere)
        for (const each of there) each.read()
        await Promise.all(there.map((each) => each.answer(true)))
        break
      }
      case 'window':
        return this.house.pass(1001)
      case 'ring out':
        return this.house.pass(5001)
      case 'come back':
        return this.#comeBack(one)
      case 'crash':
        this.house = await this.house.crash(10)
        for (const each of this.people) each.isThere = false
        for (const each of this.people) await this.#comeBack(each)
        return
      case 'lose unread':
        one.client.take()
        return one.lose()
      case 'lose':
        return one.lose()
    }
    one.read()
  }

  /** From this one on the first who can do it now, so that most of what is drawn does something. */
  #whoCan(what: Step['do'], index: number): Talker {
    const inOrder = [...this.people.slice(index), ...this.people.slice(0, index)]
    for (const each of inOrder) if (each.isThere && what.startsWith('accept')) each.read()
    const able = inOrder.find(({ belief, isThere }) => {
      if (!isThere) return false
      if (what === 'transfer') return belief.active !== undefined
      return what.startsWith('accept') && belief.ringing !== undefined
    })
    return able ?? this.#person(index)
  }

  async #comeBack(one: Talker): Promise<void> {
    if (one.isThere) return
    if ((await one.comeBack()) === 'resumed') this.counts.resumed += 1
  }

  #person(index: number): Talker {
    const person = this.people[index]
    if (person === undefined) throw new Error('nobody')
    return person
  }
}

test('TRANSFER-1 TRANSFER-4 TRANSFER-6 however people call, transfer, hang up and get lost, all agree on who talks to whom', async () => {
  const sum = { transferred: 0, resumed: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const world = new World()
      await world.open()
      for (const one of steps) await world.perform(one)
      await world.checkEnd()
      sum.resumed += world.counts.resumed
      for (const { transferred } of world.people) sum.transferred += transferred
    }),
    { numRuns: 200 },
  )
  // Where it does not happen, it proves nothing.
  expect(sum.transferred).toBeGreaterThan(30)
  expect(sum.resumed).toBeGreaterThan(200)
}, 60_000)
