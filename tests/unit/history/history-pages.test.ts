import { beforeEach, describe, expect, test } from 'vitest'
import {
  brief,
  type Callers,
  createCallers,
  history,
  HISTORY,
  logIn,
  ring,
  unseen,
} from '../../support/house/callers.ts'
import { T } from '../../support/wire/wire.ts'

let house: Callers['house']
let alice: Callers['alice']
let bob: Callers['bob']

beforeEach(async () => {
  ;({ house, alice, bob } = await createCallers())
})

describe('pages', () => {
  async function missCalls(count: number): Promise<void> {
    await bob.send(T.LOGOUT_REQUEST, {})
    for (let i = 0; i < count; i++) {
      await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
      // Several begin at the same instant.
      if (i % 3 === 0) await house.pass(100)
    }
    bob = await logIn(house, 'bob')
    bob.take()
  }

  const idsOf = ({ entries }: Readonly<Record<string, unknown>>): unknown[] =>
    (Array.isArray(entries) ? entries : []).map(
      ({ call_id }: { readonly call_id: unknown }): unknown => call_id,
    )

  test('HIST-3 follow one another, whatever comes and is seen meanwhile', async () => {
    await missCalls(130)
    const all: unknown[] = []
    let page = await history(bob)
    const sizes: number[] = []
    for (;;) {
      all.push(...idsOf(page))
      sizes.push(idsOf(page).length)
      const cursor = page['next_cursor']
      if (cursor === undefined) break
      await bob.send(T.HISTORY_SEEN, { call_id: all.at(-1) })
      await ring(alice, bob)
      await house.pass(30_000)
      page = await history(bob, { cursor })
    }
    expect(sizes).toEqual([50, 50, 30])
    expect(new Set(all).size).toBe(130)
  })

  test('HIST-3 have as many entries as asked for', async () => {
    await missCalls(5)
    expect((await history(bob, { limit: 2, missed: true }))['entries']).toHaveLength(2)
    expect((await history(bob, { limit: 5 }))['next_cursor']).toBeUndefined()
    expect((await history(alice, { missed: true }))['entries']).toEqual([])
  })

  test.each([
    [{ cursor: 'x' }, '"cursor" is not one that HISTORY has given'],
    [{ cursor: '12.' }, '"cursor" is not one that HISTORY has given'],
    [{ cursor: '12. ' }, '"cursor" is not one that HISTORY has given'],
    [{ limit: 51 }, '"limit"'],
    [{ limit: 0 }, '"limit"'],
    [{ missed: 'yes' }, '"missed"'],
  ])('HIST-3 %o is refused', async (request, what) => {
    await bob.send(T.HISTORY_REQUEST, request)
    const { reason, message } = bob.take(T.ERROR)[0]?.payload ?? {}
    expect(reason).toBe('invalid_field')
    expect(message).toContain(what)
  })

  test('HIST-3 have the names that the accounts have now', async () => {
    await ring(alice, bob)
    await house.pass(30_000)
    const id = (await house.ports.users.findByName('alice'))?.id
    if (id === undefined) throw new Error('no alice')
    await house.ports.users.rename(id, 'alicia')
    expect(await brief(bob)).toEqual(['alicia incoming missed'])
  })
})

describe('what has been seen', () => {
  async function missThree(): Promise<string[]> {
    const ids: string[] = []
    for (let i = 0; i < 3; i++) {
      ids.push(await ring(alice, bob))
      await house.pass(30_000)
    }
    bob.take()
    return ids
  }

  test('HIST-5 one call', async () => {
    const [, second] = await missThree()
    await bob.send(T.HISTORY_SEEN, { call_id: second, request_id: 'seen-1' })
    expect(bob.seen()).toEqual([[T.HISTORY_SEEN, { unseen: 2, request_id: 'seen-1' }]])
    expect(await history(bob)).toMatchObject({
      entries: [{ seen: false }, { seen: true }, { seen: false }],
      unseen: 2,
    })
  })

  test('HIST-5 all that began by an instant', async () => {
    await missThree()
    await bob.send(T.HISTORY_SEEN, { up_to: 1_700_000_030_000 })
    expect(unseen(bob)).toEqual([1])
    expect(await history(bob)).toMatchObject({ entries: [{ seen: false }, { seen: true }, { seen: true }] })
  })

  test('HIST-5 all, by a frame without payload too', async () => {
    await missThree()
    await bob.send(T.HISTORY_SEEN, '')
    expect(unseen(bob)).toEqual([0])
    await alice.send(T.HISTORY_SEEN, {})
    expect(unseen(alice)).toEqual([0])
  })

  test('HIST-5 nobody else’s, and no call of which there is no entry', async () => {
    const [first] = await missThree()
    await alice.send(T.HISTORY_SEEN, { call_id: first })
    await bob.send(T.HISTORY_SEEN, { call_id: 'another' })
    expect(unseen(bob)).toEqual([3])
  })

  test('HIST-5 both fields together are refused', async () => {
    await bob.send(T.HISTORY_SEEN, { call_id: 'x', up_to: 5 })
    expect(bob.take(T.ERROR)[0]?.payload).toMatchObject({
      reason: 'invalid_field',
      message: 'HISTORY_SEEN: expected "call_id" or "up_to", not both',
    })
  })
})

describe('who has not agreed on it', () => {
  test('HIST-4 HELLO-5 is told nothing, and may not ask; the calls are kept all the same', async () => {
    await bob.send(T.LOGOUT_REQUEST, {})
    bob = await logIn(house, 'bob', ['call_control'])
    expect(bob.take()).toEqual([])
    await bob.send(T.HISTORY_REQUEST, {})
    expect(bob.take(T.ERROR)[0]?.payload['reason']).toBe('not_negotiated')
    await ring(alice, bob)
    await house.pass(30_000)
    expect(bob.take(T.HANGUP)).toHaveLength(1)
    expect(bob.take(T.HISTORY_SEEN)).toEqual([])
    await bob.send(T.LOGOUT_REQUEST, {})
    expect(unseen(await logIn(house, 'bob'))).toEqual([1])
  })

  test('HIST-3 nor may who is not logged in', async () => {
    const stranger = house.connect()
    await stranger.hello(HISTORY)
    stranger.take()
    for (const type of [T.HISTORY_REQUEST, T.HISTORY_SEEN]) await stranger.send(type, {})
    expect(stranger.take(T.ERROR).map(({ payload }) => payload['reason'])).toEqual([
      'login_required',
      'login_required',
    ])
  })
})
