import { describe, expect, test } from 'vitest'
import { createHouse } from '../../support/house/house.ts'
import { createPlainHasher } from '../../support/house/plain-hasher.ts'
import { T } from '../../support/wire/wire.ts'

describe('heartbeats', () => {
  test.each([0, -1, 1_732_100_000.125, Number.MAX_SAFE_INTEGER])(
    'BEAT-1 HEARTBEAT %d comes back as it was, logged in or not',
    async (timestamp) => {
      const house = createHouse()
      for (const client of [house.connect(), await house.logIn('alice')]) {
        client.take()
        await client.send(T.HEARTBEAT, { timestamp, request_id: 'h' })
        expect(client.seen()).toEqual([[T.HEARTBEAT, { timestamp, request_id: 'h' }]])
      }
    },
  )

  test('BEAT-2 who has sent HEARTBEAT is ended after 60 s of silence, and any message counts', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice')
    const bob = await house.logIn('bob')
    await alice.send(T.HEARTBEAT, { timestamp: 1 })
    await house.pass(59_000)
    await alice.send(T.USER_LIST_REQUEST, {})
    await house.pass(59_999)
    expect(alice.ended).toBe(false)
    alice.take()
    bob.take()
    await house.pass(1)
    expect(alice.seen()).toMatchObject([[T.ERROR, { code: 408, reason: 'session_timeout' }]])
    expect(alice.ended).toBe(true)
    expect(bob.seen()).toMatchObject([
      [T.USER_STATE_UPDATE, { user_id: alice.userId, state: 'Disconnected' }],
    ])
  })

  test('BEAT-2 what the server sends is no sign of life, a malformed frame is one', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice')
    await alice.send(T.HEARTBEAT, { timestamp: 1 })
    await house.pass(59_999)
    await alice.send(T.HANGUP, 'no JSON')
    await house.pass(59_999)
    expect(alice.ended).toBe(false)
    alice.take()
    await house.logIn('bob')
    expect(alice.take(T.USER_STATE_UPDATE)).toHaveLength(1)
    await house.pass(1)
    expect(alice.ended).toBe(true)
  })

  test('BEAT-2 a HEARTBEAT before the login is a promise too', async () => {
    const house = createHouse()
    const client = house.connect()
    await client.send(T.HEARTBEAT, { timestamp: 1 })
    await client.send(T.REGISTER_REQUEST, { username: 'alice', password_hash: 'pw' })
    await client.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
    await house.pass(60_000)
    expect(client.take(T.ERROR)).toMatchObject([{ payload: { reason: 'session_timeout' } }])
  })

  test('BEAT-3 who never sent one is not ended, and gets one after 30 s in which nothing passed', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice')
    alice.take()
    await house.pass(29_999)
    expect(alice.seen()).toEqual([])
    await house.pass(1)
    expect(alice.seen()).toEqual([[T.HEARTBEAT, { timestamp: 1_700_000_030_000 }]])
    await house.pass(29_999)
    expect(alice.seen()).toEqual([])
    for (let i = 0; i < 100; i++) await house.pass(30_000)
    expect(alice.take(T.HEARTBEAT)).toHaveLength(100)
    expect(alice.ended).toBe(false)
  })

  test('BEAT-3 what was sent or received puts the server’s HEARTBEAT off', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice')
    await house.pass(20_000)
    await alice.send(T.USER_LIST_REQUEST, {})
    await house.pass(29_999)
    await house.logIn('bob')
    alice.take(T.USER_LIST_RESPONSE)
    alice.take(T.USER_STATE_UPDATE)
    await house.pass(29_999)
    expect(alice.take(T.HEARTBEAT)).toEqual([])
    await house.pass(1)
    expect(alice.take(T.HEARTBEAT)).toHaveLength(1)
  })

  test('BEAT-3 so does a message that is not answered', async () => {
    const house = createHouse()
    const [alice, bob] = [await house.logIn('alice'), await house.logIn('bob')]
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    const call_id = bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id']
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await house.pass(20_000)
    await alice.send(T.SDP_OFFER, { call_id, to_user_id: bob.userId, sdp: 'v=0' })
    alice.take()
    await house.pass(29_999)
    expect(alice.seen()).toEqual([])
    await house.pass(1)
    expect(alice.seen()).toMatchObject([[T.HEARTBEAT, {}]])
  })

  test('BEAT-4 an answer to the server’s HEARTBEAT is not answered, and promises nothing', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice')
    for (let i = 0; i < 5; i++) {
      await house.pass(30_000)
      const [heartbeat] = alice.take(T.HEARTBEAT)
      await alice.send(T.HEARTBEAT, heartbeat?.payload ?? {})
      expect(alice.take(T.HEARTBEAT)).toEqual([])
    }
    await house.pass(61_000)
    expect(alice.ended).toBe(false)
  })
})

describe('waiting for the server', () => {
  test('BEAT-2 a client whose login waits for its turn is not silent', async () => {
    let open: () => void = () => undefined
    let gate = Promise.resolve()
    const house = createHouse({ hasher: createPlainHasher(() => gate) })
    const alice = await house.logIn('alice')
    await alice.send(T.HEARTBEAT, { timestamp: 1 })
    alice.take()
    gate = new Promise((resolve) => (open = resolve))
    const waiting = alice.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
    await house.pass(600_000)
    open()
    await waiting
    await house.pass(59_999)
    expect(alice.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true }]])
    await house.pass(1)
    expect(alice.ended).toBe(true)
  })
})

describe('the login deadline', () => {
  test('TIME-1 a connection that does not try to log in is ended with a word', async () => {
    const house = createHouse({ loginTimeoutMs: 10_000 })
    const [silent, chatty] = [house.connect(), house.connect()]
    await chatty.send(T.HEARTBEAT, { timestamp: 1 })
    chatty.take()
    await house.pass(9_999)
    expect(silent.ended || chatty.ended).toBe(false)
    await house.pass(1)
    for (const client of [silent, chatty]) {
      expect(client.seen()).toMatchObject([[T.ERROR, { code: 408, reason: 'login_timeout' }]])
      expect(client.ended).toBe(true)
    }
  })

  test('TIME-1 who has registered in time may take as long as it likes to log in', async () => {
    const house = createHouse({ loginTimeoutMs: 10_000 })
    const client = house.connect()
    await client.send(T.REGISTER_REQUEST, { username: 'alice', password_hash: 'x' })
    await house.pass(600_000)
    expect(client.ended).toBe(false)
    await client.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'x' })
    expect(client.take(T.LOGIN_RESPONSE)).toMatchObject([{ payload: { success: true } }])
  })

  test('TIME-1 who mistyped the password may take as long as it likes for the next try', async () => {
    const house = createHouse({ loginTimeoutMs: 10_000 })
    const client = house.connect()
    await client.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'x' })
    await house.pass(600_000)
    expect(client.ended).toBe(false)
  })
})
