import { describe, expect, test } from 'vitest'
import { createHouse, type HouseClient } from '../../support/house/house.ts'
import { T } from '../../support/wire/wire.ts'
import { type Entry, page, pages, storeOf } from './user-list.support.ts'

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `user-${i}`)
const named = (users: readonly Entry[]) => users.map(({ username }) => username)

describe('the user list', () => {
  test('PRES-6 those online come first, then the others, each by the code points of the name', async () => {
    const others = ['b', 'a', 'B', '\u{20000}', '\uFB00', 'é', 'ab']
    const house = createHouse({ users: await storeOf(others) })
    for (const name of ['zoe', 'Al', 'al']) await house.logIn(name)
    const asker = await house.logIn('mo')
    const { users, cursor } = await page(asker, {})
    expect(named(users)).toEqual(['Al', 'al', 'mo', 'zoe', 'B', 'a', 'ab', 'b', 'é', '\uFB00', '\u{20000}'])
    expect(cursor).toBeUndefined()
  })

  test('PRES-6 that of a resumption is in the same order, cut in the same way and to be gone on with', async () => {
    const house = createHouse({ users: await storeOf(numbered(20_000)) })
    await house.logIn('ann')
    const alice = await house.logIn('alice', ['resume'])
    await alice.drop()
    const back = house.connect()
    await back.hello(['resume'])
    await back.send(T.RESUME, { session_token: alice.token, last_seq: 0 })
    const [resumed] = back.take(T.USER_LIST_RESPONSE)
    await back.send(T.USER_LIST_REQUEST, {})
    const [asked] = back.take(T.USER_LIST_RESPONSE)
    expect(resumed?.text).toBe(asked?.text)
    expect(resumed?.text).toMatch(/^\{"users":\[\{"user_id":"[^"]+","username":"alice","state":"Available"\}/)
    expect(Object.keys(resumed?.payload ?? {})).toEqual(['users', 'truncated', 'next_cursor'])
    const rest = await page(back, { cursor: resumed?.payload['next_cursor'] })
    expect(rest.users).not.toHaveLength(0)
  })

  test('PRES-4 PRES-8 of 200,000 accounts every answer fits a frame, and the cursors lead through all of them', async () => {
    const house = createHouse({ users: await storeOf(numbered(200_000)) })
    const asker = await house.logIn('zz')
    const sizes: number[] = []
    const found = await pages(asker, { request_id: '\u0000'.repeat(64) }, () => {
      sizes.push(asker.lastFrame?.length ?? 0)
    })
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4 + 1_048_576)
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(1_000_000)
    const [self, ...others] = named(found.flatMap(({ users }) => users))
    expect(self).toBe('zz')
    expect(others).toEqual(numbered(200_000).toSorted())
  })

  test('PRES-4 PRES-8 the longest names that an account file can hold fit with their cursors', async () => {
    const house = createHouse({
      users: await storeOf(numbered(500).map((name) => name.padEnd(1024, '\uFB00'))),
    })
    const asker = await house.logIn('zz')
    const query = `user-499${'\uFB00'.repeat(1016)}`
    expect(named((await page(asker, { query })).users)).toEqual([query])
    const found = await pages(asker, {})
    expect(found.flatMap(({ users }) => users)).toHaveLength(501)
    expect(found.length).toBeGreaterThan(1)
    for (const { cursor } of found) expect((cursor ?? '').length).toBeLessThanOrEqual(4200)
  })

  test('PRES-7 limit, query and state, and all of them together', async () => {
    const { asker } = await crowd()
    expect(named((await page(asker, { limit: 2 })).users)).toEqual(['amy', 'ann'])
    expect(named((await page(asker, { query: 'an' })).users)).toEqual(['ann', 'ana', 'andy'])
    expect(named((await page(asker, { query: 'An' })).users)).toEqual([])
    expect(named((await page(asker, { query: '' })).users)).toHaveLength(6)
    expect(named((await page(asker, { state: 'Busy' })).users)).toEqual(['amy'])
    expect(named((await page(asker, { state: 'Available' })).users)).toEqual(['ann', 'bob'])
    expect(named((await page(asker, { state: 'Disconnected' })).users)).toEqual(['ana', 'andy', 'ben'])
    const last = await page(asker, { limit: 2, query: 'an', state: 'Disconnected' })
    expect([named(last.users), last.cursor]).toEqual([['ana', 'andy'], undefined])
    const first = await page(asker, { limit: 1, query: 'an', state: 'Disconnected' })
    expect([named(first.users), typeof first.cursor]).toEqual([['ana'], 'string'])
  })

  test.each([{ limit: 0 }, { limit: 10_001 }, { limit: 1.5 }, { limit: '3' }, { limit: null }])(
    'PRES-7 a limit of another kind or size is refused: %j',
    (wanted) => refused(wanted, 'limit'),
  )

  test.each([{ query: 'q'.repeat(1025) }, { query: 7 }, { query: null }])(
    'PRES-7 a query of another kind or size is refused',
    (wanted) => refused(wanted, 'query'),
  )

  test.each([{ state: 'available' }, { state: '' }, { state: null }])(
    'PRES-7 a state that is none is refused: %j',
    (wanted) => refused(wanted, 'state'),
  )

  test('PRES-7 the bounds themselves are taken', async () => {
    const { asker } = await crowd()
    expect((await page(asker, { limit: 1 })).users).toHaveLength(1)
    expect((await page(asker, { limit: 10_000 })).users).toHaveLength(6)
    expect((await page(asker, { query: 'q'.repeat(1024) })).users).toEqual([])
  })

  test('PRES-8 another limit may go on with a cursor, on another connection too', async () => {
    const { asker, other } = await crowd()
    const { cursor } = await page(asker, { limit: 1, query: 'a' })
    expect(named((await page(other, { cursor, query: 'a' })).users)).toEqual(['ann', 'ana', 'andy'])
  })

  test('PRES-8 a cursor goes on behind a name that nobody has, or whose owner has changed its state', async () => {
    const { asker, other } = await crowd()
    const { cursor } = await page(asker, { limit: 2 })
    await other.drop()
    expect(named((await page(asker, { cursor })).users)).toEqual(['bob', 'ana', 'andy', 'ann', 'ben'])
  })

  test('PRES-8 a cursor of another query or state is refused', async () => {
    const { asker } = await crowd()
    const { cursor } = await page(asker, { limit: 1, query: 'an' })
    const { cursor: ofState } = await page(asker, { limit: 1, state: 'Disconnected' })
    for (const wanted of [
      { cursor },
      { cursor, query: 'a' },
      { cursor, query: 'ann' },
      { cursor, query: 'bo' },
      { cursor, query: 'an', state: 'Available' },
      { cursor: ofState },
      { cursor: ofState, state: 'Busy' },
    ]) {
      await refused(wanted, 'cursor', asker)
    }
  })

  test('PRES-8 a cursor that the server did not make is refused', async () => {
    const { asker } = await crowd()
    const { cursor = '' } = await page(asker, { limit: 1 })
    const forged = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url')
    for (const bad of [
      '',
      'nonsense',
      `${cursor}=`,
      `${cursor} `,
      cursor.slice(0, -1),
      cursor.slice(0, -4),
      'x'.repeat(4201),
      7,
      null,
      forged({}),
      forged(['online', 'amy', 9, '']),
      forged(['online', 'amy', -1, '']),
      forged(['nowhere', 'amy', 0, '']),
      forged(['online', 'amy', 0, '', 1]),
      Buffer.from('["online", "amy",0,""]').toString('base64url'),
      Buffer.from([0xff, 0xfe]).toString('base64url'),
    ]) {
      await refused({ cursor: bad }, 'cursor', asker)
    }
    expect((await page(asker, { cursor })).users).toHaveLength(5)
  })
})

/** amy calls ann, so she is Busy; bob is Available; the others are not there. */
async function crowd(): Promise<{ asker: HouseClient; other: HouseClient }> {
  const house = createHouse({ users: await storeOf(['ana', 'andy', 'ben']) })
  const asker = await house.logIn('amy')
  const other = await house.logIn('ann')
  await house.logIn('bob')
  await asker.send(T.CALL_REQUEST, { to_user_id: other.userId })
  return { asker, other }
}

async function refused(wanted: object, field: string, by?: HouseClient): Promise<void> {
  const asker = by ?? (await crowd()).asker
  asker.take()
  await asker.send(T.USER_LIST_REQUEST, { ...wanted, request_id: 'r' })
  const message: unknown = expect.stringContaining(`"${field}"`)
  expect(asker.seen()).toEqual([
    [
      T.ERROR,
      { code: 400, message, reason: 'invalid_field', in_reply_to: T.USER_LIST_REQUEST, request_id: 'r' },
    ],
  ])
  expect(asker.ended).toBe(false)
}
