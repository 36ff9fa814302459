import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { configSchema } from '../../../src/config/schema.ts'
import { createMemoryUserStore } from '../../../src/infrastructure/memory/memory-user-store.ts'
import { publicSettings, rateLimits } from '../../../src/daemon/settings.ts'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { createPlainHasher } from '../../support/house/plain-hasher.ts'
import { someUser } from '../../support/house/some-user.ts'
import { T } from '../../support/wire/wire.ts'

function houseWith(config: z.input<typeof configSchema> = {}): House {
  return createHouse({ rates: rateLimits(configSchema.parse(config)) })
}

const beat = (timestamp: number) => ({ timestamp: -1 - timestamp })

/** Sends so many heartbeats and counts what came back. */
async function beats(client: HouseClient, count: number): Promise<{ answered: number; limited: number }> {
  for (let i = 0; i < count; i++) await client.send(T.HEARTBEAT, beat(i))
  const seen = client.take()
  return {
    answered: seen.filter(({ type }) => type === T.HEARTBEAT).length,
    limited: seen.filter(({ payload }) => payload['reason'] === 'rate_limited').length,
  }
}

async function logInFrom(house: House, address: string, username: string, password = 'pw') {
  const client = house.connect(address)
  await client.send(T.LOGIN_REQUEST, { username, password_hash: password })
  return client
}

async function register(house: House, ...names: string[]): Promise<void> {
  const client = house.connect('192.0.2.200')
  for (const username of names) await client.send(T.REGISTER_REQUEST, { username, password_hash: 'pw' })
}

describe('limits on rates', () => {
  test('RATE-1 over the limit a message is not heard, and is after the time that the ERROR tells', async () => {
    const house = houseWith({ security: { max_requests_per_minute: 60 } })
    const alice = house.connect()
    expect(await beats(alice, 60)).toEqual({ answered: 60, limited: 0 })
    await alice.send(T.HEARTBEAT, { timestamp: 1, request_id: 'r' })
    const [refused] = alice.take()
    expect(refused?.payload).toEqual({
      code: 429,
      message: 'Too many requests; try again in 1 s',
      reason: 'rate_limited',
      in_reply_to: T.HEARTBEAT,
      retry_after_ms: 1000,
      request_id: 'r',
    })
    expect(alice.ended).toBe(false)
    await house.pass(1000)
    expect(await beats(alice, 2)).toEqual({ answered: 1, limited: 1 })
  })

  test('RATE-1 REQ-3 a CALL_REQUEST over the limit is an ERROR and then CALL_DECLINED', async () => {
    const house = houseWith({ rate_limits: { calls_per_minute: 1 } })
    await register(house, 'alice', 'bob')
    const alice = await house.logIn('alice')
    const bob = await house.logIn('bob')
    await alice.send(T.CALL_REQUEST, { to_user_id: 'nobody' })
    alice.take()
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(alice.take().map(({ type, payload }) => [type, payload['reason']])).toEqual([
      [T.ERROR, 'rate_limited'],
      [T.CALL_DECLINED, 'rate_limited'],
    ])
    expect(bob.take(T.CALL_NOTIFICATION)).toEqual([])
  })

  test('RATE-2 a user has one limit over all its connections, other users have their own', async () => {
    const house = houseWith({ rate_limits: { user_per_minute: 40 } })
    await register(house, 'alice', 'bob')
    const first = await logInFrom(house, '192.0.2.1', 'alice')
    first.take()
    expect((await beats(first, 39)).limited).toBe(0)
    // A new connection from elsewhere; what was asked before the login was asked by nobody.
    const second = await logInFrom(house, '192.0.2.2', 'alice')
    second.take()
    expect(await beats(second, 3)).toEqual({ answered: 1, limited: 2 })
    const bob = await logInFrom(house, '192.0.2.1', 'bob')
    bob.take()
    expect((await beats(bob, 20)).limited).toBe(0)
  })

  test('RATE-2 an address has one limit for all who come from there', async () => {
    const house = houseWith({ rate_limits: { address_per_minute: 20 } })
    const [one, two, elsewhere] = [house.connect('a'), house.connect('a'), house.connect('b')]
    expect((await beats(one, 10)).limited).toBe(0)
    expect(await beats(two, 12)).toEqual({ answered: 10, limited: 2 })
    expect((await beats(elsewhere, 10)).limited).toBe(0)
  })

  test.each([
    ['a list of users, 5', T.USER_LIST_REQUEST, {}, 5],
    ['a HEARTBEAT, 1', T.HEARTBEAT, { timestamp: 1 }, 1],
    ['a message that is refused for its form, 5', 0x7f, {}, 5],
    ['a large one, one more for each 64 KiB', T.HEARTBEAT, { timestamp: 1, pad: 'x'.repeat(200_000) }, 4],
  ])('RATE-2 messages cost: %s', async (_what, type, payload, cost) => {
    const house = houseWith({ security: { max_requests_per_minute: 20 } })
    const client = house.connect()
    const granted = Math.floor(20 / cost)
    for (let i = 0; i <= granted; i++) await client.send(type, payload)
    const limited = client.take().map((received) => received.payload['reason'] === 'rate_limited')
    expect(limited).toEqual([...Array.from({ length: granted }, () => false), true])
  })

  test('RATE-2 PRES-4 a large list of users costs by its size as well, after it was answered', async () => {
    const users = createMemoryUserStore()
    for (let i = 0; i < 5000; i++)
      await users.insertIfAbsent({
        ...someUser(i),
        username: `${'u'.repeat(20)}${i}`,
        passwordHash: '',
        createdAt: 0,
      })
    const house = createHouse({
      users,
      rates: rateLimits(configSchema.parse({ security: { max_requests_per_minute: 25 } })),
    })
    const alice = await house.logIn('alice')
    await house.pass(60_000)
    // HEARTBEATs of the server.
    alice.take()
    await alice.send(T.USER_LIST_REQUEST, { request_id: 'l' })
    const [list] = alice.take(T.USER_LIST_RESPONSE)
    const further = Math.floor((list?.text.length ?? 0) / 65_536)
    expect(further).toBeGreaterThan(5)
    expect(list?.payload['request_id']).toBe('l')
    expect(await beats(alice, 20 - further + 1)).toEqual({ answered: 20 - further, limited: 1 })
  })

  test('RATE-3 whoever goes on is ended with a last word, and its address may not come back for a while', async () => {
    const house = houseWith({
      security: { max_requests_per_minute: 10 },
      rate_limits: { max_score: 5, score_decay_per_minute: 1, ban_secs: 7 },
    })
    const rates = house.rates
    const flooder = house.connect('192.0.2.66')
    const bystander = house.connect('192.0.2.66')
    await beats(flooder, 15)
    expect(flooder.ended).toBe(false)
    await flooder.send(T.HEARTBEAT, beat(0))
    expect(flooder.seen()).toMatchObject([[T.ERROR, { code: 429, reason: 'flooding', retry_after_ms: 7000 }]])
    expect(flooder.ended).toBe(true)
    expect(rates.arrive('192.0.2.66', 1000)).toMatchObject({ reason: 'address_banned', retryAfterMs: 6000 })
    expect(rates.arrive('192.0.2.67', 1000)).toBeUndefined()
    expect(rates.arrive('192.0.2.66', 7000)).toBeUndefined()
    // Whoever was inside stays.
    expect((await beats(bystander, 1)).answered).toBe(1)
  })

  test('RATE-3 what was over the limit is forgiven with time', async () => {
    const house = houseWith({
      security: { max_requests_per_minute: 10 },
      rate_limits: { max_score: 5, score_decay_per_minute: 60 },
    })
    const client = await house.logIn('alice')
    await house.pass(60_000)
    client.take()
    expect(await beats(client, 15)).toEqual({ answered: 10, limited: 5 })
    for (let i = 0; i < 20; i++) {
      await house.pass(6000)
      expect(await beats(client, 5)).toEqual({ answered: 1, limited: 4 })
    }
    expect(client.ended).toBe(false)
  })

  test('RATE-3 who suffers from its neighbours is limited and never ended', async () => {
    const house = houseWith({ rate_limits: { address_per_minute: 20, max_score: 5 } })
    const [flooder, neighbour] = [house.connect('a'), house.connect('a')]
    await beats(flooder, 20)
    expect(await beats(neighbour, 50)).toEqual({ answered: 0, limited: 50 })
    expect(neighbour.ended).toBe(false)
  })

  test('RATE-4 registrations and logins have limits of their own, by address', async () => {
    const house = houseWith({
      rate_limits: {
        registration_burst: 2,
        registrations_per_minute: 1,
        login_burst: 3,
        logins_per_minute: 1,
      },
    })
    const client = house.connect('a')
    for (const username of ['one', 'two', 'three'])
      await client.send(T.REGISTER_REQUEST, { username, password_hash: 'pw' })
    expect(client.take().map(({ payload }) => payload['success'] ?? payload['reason'])).toEqual([
      true,
      true,
      'rate_limited',
    ])
    for (let i = 0; i < 3; i++) await logInFrom(house, 'a', 'one')
    const fourth = await logInFrom(house, 'a', 'one')
    expect(fourth.take()[0]?.payload).toMatchObject({
      code: 429,
      reason: 'rate_limited',
      retry_after_ms: 60_000,
    })
    const elsewhere = await logInFrom(house, 'b', 'one')
    expect(elsewhere.take()[0]?.payload).toMatchObject({ success: true })
  })

  test('RATE-5 wrong passwords cost waiting, also for the right one; from another address the user gets in', async () => {
    const house = houseWith({ rate_limits: { failed_logins: 2, backoff_ms: 4000 } })
    await register(house, 'alice')
    for (let i = 0; i < 3; i++) {
      const guess = await logInFrom(house, 'a', 'alice', 'wrong')
      expect(guess.take()[0]?.payload).toMatchObject({ success: false, reason: 'invalid_credentials' })
    }
    const right = await logInFrom(house, 'a', 'alice')
    expect(right.take()[0]?.payload).toEqual({
      code: 429,
      message: 'Too many wrong passwords; try again in 4 s',
      reason: 'too_many_attempts',
      in_reply_to: T.LOGIN_REQUEST,
      retry_after_ms: 4000,
    })
    const home = await logInFrom(house, 'b', 'alice')
    expect(home.take()[0]?.payload).toMatchObject({ success: true })
    await house.pass(4000)
    await right.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
    expect(right.take(T.LOGIN_RESPONSE)[0]?.payload).toMatchObject({ success: true })
  })

  test('RATE-5 an unknown name is waited for like a known one', async () => {
    const house = houseWith({ rate_limits: { failed_logins: 1 } })
    await register(house, 'alice')
    const reasons = async (username: string) => {
      const client = house.connect(`of ${username}`)
      for (let i = 0; i < 3; i++) await client.send(T.LOGIN_REQUEST, { username, password_hash: 'wrong' })
      return client.take().map(({ payload }) => [payload['reason'], payload['retry_after_ms']])
    }
    expect(await reasons('alice')).toEqual(await reasons('nobody'))
  })

  test('RATE-5 REQ-5 a fault of the server while it checks a password counts for nobody', async () => {
    const hasher = { ...createPlainHasher(), verify: () => Promise.reject(new Error('a thread died')) }
    const house = createHouse({
      hasher,
      rates: rateLimits(configSchema.parse({ rate_limits: { failed_logins: 1 } })),
    })
    const client = house.connect()
    for (let i = 0; i < 5; i++) await client.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
    expect(client.take().map(({ payload }) => payload['reason'])).toEqual(Array(5).fill('internal'))
  })

  test('RATE-6 60 candidates in 2 s, and a client that is reloaded again and again, meet no limit', async () => {
    const house = houseWith()
    await register(house, 'alice', 'bob')
    const bob = await logInFrom(house, 'b', 'bob')
    const bobId = String(bob.take(T.LOGIN_RESPONSE)[0]?.payload['user_id'])
    for (let reload = 0; reload < 20; reload++) {
      expect(house.rates.arrive('a', reload * 2000)).toBeUndefined()
      const alice = await logInFrom(house, 'a', 'alice')
      await alice.send(T.USER_LIST_REQUEST, {})
      await alice.send(T.CALL_REQUEST, { to_user_id: bobId })
      const call_id = bob.take(T.CALL_NOTIFICATION).at(-1)?.payload['call_id']
      await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
      const candidate = { call_id, from_user_id: '', to_user_id: bobId, candidate: 'c', sdp_mid: '0' }
      for (let i = 0; i < 60; i++) await alice.send(T.ICE_CANDIDATE, { ...candidate, sdp_mline_index: i })
      expect(bob.take(T.ICE_CANDIDATE)).toHaveLength(60)
      expect(alice.take(T.ERROR)).toEqual([])
      await alice.drop()
      await house.pass(2000)
    }
  })

  test('RATE-7 enable_rate_limiting false switches off every limit, wait and ban', async () => {
    const house = houseWith({
      security: { enable_rate_limiting: false, max_requests_per_minute: 1 },
      resume: { max_failed_per_minute: 1 },
      rate_limits: {
        user_per_minute: 1,
        address_per_minute: 1,
        calls_per_minute: 1,
        logins_per_minute: 1,
        login_burst: 1,
        registrations_per_minute: 1,
        registration_burst: 1,
        failed_logins: 1,
        failed_logins_per_address: 1,
      },
    })
    await register(house, 'alice', 'bob')
    for (let i = 0; i < 20; i++) {
      expect(house.rates.arrive('a', 0)).toBeUndefined()
      const guess = await logInFrom(house, 'a', 'alice', 'wrong')
      expect(guess.take()[0]?.payload).toMatchObject({ reason: 'invalid_credentials' })
    }
    const alice = await logInFrom(house, 'a', 'alice')
    expect(alice.take()[0]?.payload).toMatchObject({ success: true })
    expect(await beats(alice, 2000)).toEqual({ answered: 2000, limited: 0 })
    const late = house.connect('a')
    await late.hello(['resume'])
    late.take()
    for (let i = 0; i < 5; i++) await late.send(T.RESUME, { session_token: 'guess', last_seq: 0 })
    expect(late.take(T.RESUME_REFUSED)).toHaveLength(5)
  })

  test('RATE-1 HELLO-1 WELCOME tells the limits, and none where there are none', async () => {
    const told = (config: z.input<typeof configSchema>) =>
      Object.keys(publicSettings(configSchema.parse(config)).limits).filter((key) =>
        key.endsWith('_per_minute'),
      )
    expect(publicSettings(configSchema.parse({})).limits).toMatchObject({
      max_requests_per_minute: 600,
      max_signals_per_minute: 1200,
      max_calls_per_minute: 30,
      max_failed_resumes_per_minute: 30,
    })
    expect(told({ security: { enable_rate_limiting: false } })).toEqual([])
    const client = createHouse().connect()
    await client.hello([])
    expect(client.take(T.WELCOME)[0]?.payload['limits']).toMatchObject({ max_requests_per_minute: 600 })
  })
})
