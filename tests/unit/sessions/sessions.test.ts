import { describe, expect, test } from 'vitest'
import { err } from '../../../src/domain/result.ts'
import { createHouse, settled } from '../../support/house/house.ts'
import { createPlainHasher } from '../../support/house/plain-hasher.ts'
import { T } from '../../support/wire/wire.ts'

const credentials = (username: string, password_hash = 'pw') => ({ username, password_hash })

describe('accounts', () => {
  test('AUTH-1 registering makes an account and does not log in', async () => {
    const client = createHouse().connect()
    await client.send(T.REGISTER_REQUEST, credentials('alice'))
    expect(client.seen()).toEqual([
      [T.REGISTER_RESPONSE, { success: true, user_id: expect.any(String), username: 'alice' }],
    ])
    await client.send(T.USER_LIST_REQUEST, {})
    expect(client.seen()).toMatchObject([[T.ERROR, { code: 401, reason: 'login_required' }]])
  })

  test('AUTH-2 a name that is taken is refused in the response', async () => {
    const house = createHouse()
    await house.logIn('alice')
    const other = house.connect()
    await other.send(T.REGISTER_REQUEST, { ...credentials('alice'), request_id: 'r' })
    expect(other.seen()).toEqual([
      [
        T.REGISTER_RESPONSE,
        { success: false, error: 'Username already exists', reason: 'username_taken', request_id: 'r' },
      ],
    ])
  })

  test('AUTH-2 of two registrations of one name at the same instant exactly one wins', async () => {
    const house = createHouse()
    const clients = [house.connect(), house.connect(), house.connect()]
    await Promise.all(clients.map((client) => client.send(T.REGISTER_REQUEST, credentials('alice'))))
    const answers = clients.flatMap((client) => client.take()).map(({ payload }) => payload['success'])
    expect(answers.toSorted()).toEqual([false, false, true])
  })

  test('AUTH-1 an account is dated in Unix seconds, as the account file of v1 has it', async () => {
    const house = createHouse()
    await house.logIn('alice')
    expect(await house.ports.users.findByName('alice')).toMatchObject({ createdAt: 1_700_000_000 })
  })

  test('AUTH-3 a bad name is refused in the response, with the rule', async () => {
    const client = createHouse().connect()
    await client.send(T.REGISTER_REQUEST, credentials('victim|hash'))
    expect(client.seen()).toEqual([
      [
        T.REGISTER_RESPONSE,
        { success: false, error: expect.stringContaining('letters, digits'), reason: 'invalid_username' },
      ],
    ])
  })

  test('AUTH-3 AUTH-5 a name that is too long is refused in the response, to log in as well', async () => {
    const client = createHouse().connect()
    await client.send(T.REGISTER_REQUEST, credentials('x'.repeat(1_000)))
    await client.send(T.LOGIN_REQUEST, credentials('x'.repeat(1_000)))
    expect(client.seen()).toMatchObject([
      [T.REGISTER_RESPONSE, { success: false, reason: 'invalid_username' }],
      [T.LOGIN_RESPONSE, { success: false, reason: 'invalid_credentials' }],
    ])
  })

  test('AUTH-5 an unknown name and a wrong password are the same answer, and the connection stays open', async () => {
    const house = createHouse()
    await house.logIn('alice')
    const client = house.connect()
    await client.send(T.LOGIN_REQUEST, credentials('nobody'))
    const unknown = client.take()
    await client.send(T.LOGIN_REQUEST, credentials('alice', 'wrong'))
    const wrong = client.take()
    expect(wrong).toEqual(unknown)
    expect(wrong[0]?.text).toBe(
      '{"success":false,"error":"Invalid credentials","reason":"invalid_credentials"}',
    )
    await client.send(T.LOGIN_REQUEST, credentials('alice'))
    expect(client.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true }]])
  })

  test('AUTH-9 an account that cannot be saved does not exist, and the client is told to try later', async () => {
    const house = createHouse()
    const { users } = house.ports
    const insertIfAbsent = users.insertIfAbsent.bind(users)
    users.insertIfAbsent = () => Promise.resolve(err('storage_unavailable'))
    const client = house.connect()
    await client.send(T.REGISTER_REQUEST, credentials('alice'))
    expect(client.seen()).toMatchObject([[T.ERROR, { code: 503, reason: 'storage_unavailable' }]])
    users.insertIfAbsent = insertIfAbsent
    await client.send(T.LOGIN_REQUEST, credentials('alice'))
    await client.send(T.REGISTER_REQUEST, credentials('alice'))
    expect(client.seen()).toMatchObject([
      [T.LOGIN_RESPONSE, { success: false }],
      [T.REGISTER_RESPONSE, { success: true }],
    ])
  })

  test('AUTH-7 after logout the connection may log in again, as somebody else too', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice')
    await house.logIn('bob')
    alice.take()
    await alice.send(T.LOGOUT_REQUEST, '')
    expect(alice.seen()).toEqual([[T.LOGOUT_RESPONSE, { success: true, error: null }]])
    await alice.send(T.LOGIN_REQUEST, credentials('bob'))
    expect(alice.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true, username: 'bob' }]])
  })

  test('AUTH-7 REQ-4 what a logged-out connection sends is refused', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice')
    await alice.send(T.LOGOUT_REQUEST, {})
    alice.take()
    await alice.send(T.SDP_OFFER, { call_id: 'c', from_user_id: '', to_user_id: 'u', sdp: 's' })
    await alice.send(T.LOGOUT_REQUEST, {})
    expect(alice.seen()).toMatchObject([
      [T.ERROR, { code: 401, reason: 'login_required', in_reply_to: T.SDP_OFFER }],
      [T.ERROR, { code: 401, reason: 'login_required', in_reply_to: T.LOGOUT_REQUEST }],
    ])
  })

  test('AUTH-8 a login as another user on the same connection is a conflict and changes nothing', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice')
    const bob = await house.logIn('bob')
    alice.take()
    await alice.send(T.LOGIN_REQUEST, credentials('bob'))
    expect(alice.seen()).toMatchObject([
      [T.ERROR, { code: 409, reason: 'already_logged_in', in_reply_to: T.LOGIN_REQUEST }],
    ])
    await alice.drop()
    expect(bob.seen()).toEqual([
      [T.USER_STATE_UPDATE, { user_id: alice.userId, username: 'alice', state: 'Disconnected' }],
    ])
  })

  test('AUTH-8 a login as the same user is answered anew and changes nothing', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice')
    const bob = await house.logIn('bob')
    alice.take()
    await alice.send(T.LOGIN_REQUEST, credentials('alice'))
    await alice.send(T.LOGIN_REQUEST, credentials('alice', 'wrong'))
    expect(alice.seen()).toMatchObject([
      [T.LOGIN_RESPONSE, { success: true, user_id: alice.userId }],
      [T.LOGIN_RESPONSE, { success: false }],
    ])
    expect(bob.seen()).toEqual([])
  })
})

describe('sessions', () => {
  test('SESS-1 a new login ends the earlier connection, which is told why', async () => {
    const house = createHouse()
    const watcher = await house.logIn('watcher')
    const first = await house.logIn('alice')
    watcher.take()
    const second = await house.logIn('alice')
    expect(first.seen()).toMatchObject([[T.ERROR, { code: 409, reason: 'session_replaced' }]])
    expect(first.ended).toBe(true)
    await first.drop()
    expect(watcher.seen()).toEqual([])
    await second.send(T.USER_LIST_REQUEST, {})
    expect(second.take(T.USER_LIST_RESPONSE)).toHaveLength(1)
  })

  test('SESS-1 the call of the earlier connection ends, and the user goes from Busy to Available', async () => {
    const house = createHouse()
    const [alice, bob] = [await house.logIn('alice'), await house.logIn('bob')]
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    const call_id = bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id']
    bob.take()
    await house.logIn('alice')
    expect(bob.seen()).toEqual([
      [T.HANGUP, { call_id, reason: 'replaced' }],
      [T.USER_STATE_UPDATE, { user_id: alice.userId, username: 'alice', state: 'Available' }],
    ])
  })

  test('SESS-2 where so configured the newcomer is refused and the earlier connection notices nothing', async () => {
    const house = createHouse({ sessionPolicy: 'reject' })
    const first = await house.logIn('alice')
    first.take()
    const second = house.connect()
    await second.send(T.LOGIN_REQUEST, credentials('alice'))
    expect(second.seen()).toMatchObject([
      [T.ERROR, { code: 409, reason: 'session_exists', in_reply_to: T.LOGIN_REQUEST }],
    ])
    expect(first.seen()).toEqual([])
    expect(first.ended).toBe(false)
    await first.drop()
    await second.send(T.LOGIN_REQUEST, credentials('alice'))
    expect(second.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true }]])
  })

  test('SESS-3 logout on one connection, login on another, end of the first: the user stays Available', async () => {
    const house = createHouse()
    const watcher = await house.logIn('watcher')
    const first = await house.logIn('alice')
    await first.send(T.LOGOUT_REQUEST, {})
    await house.logIn('alice')
    watcher.take()
    await first.drop()
    expect(watcher.seen()).toEqual([])
  })

  test('SESS-4 a connection that closes while its password is checked never becomes a session', async () => {
    let open: () => void = () => undefined
    let gate = Promise.resolve()
    const house = createHouse({ hasher: createPlainHasher(() => gate) })
    const watcher = await house.logIn('watcher')
    const alice = await house.logIn('alice')
    await alice.drop()
    watcher.take()

    gate = new Promise((resolve) => (open = resolve))
    const late = house.connect()
    const sent = late.send(T.LOGIN_REQUEST, credentials('alice'))
    await late.drop()
    open()
    await sent
    await settled()
    expect(watcher.seen()).toEqual([])
    await watcher.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    expect(watcher.seen()).toMatchObject([
      [T.ERROR, { reason: 'user_unavailable' }],
      [T.CALL_DECLINED, {}],
    ])
  })

  test('SESS-4 nor does one that closes while its session is being made', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice')
    await alice.drop()
    const watcher = await house.logIn('watcher')
    watcher.take()
    const late = house.connect()
    const { presence } = house.ports
    const put = presence.put.bind(presence)
    presence.put = async (online) => {
      await put(online)
      late.endpoint.lost()
    }
    await late.send(T.LOGIN_REQUEST, credentials('alice'))
    await settled()
    expect(watcher.take().at(-1)?.payload).toMatchObject({ username: 'alice', state: 'Disconnected' })
    expect((await house.ports.presence.list()).size).toBe(1)
  })

  test('REQ-5 a fault in the server is an ERROR 500 to that client alone', async () => {
    const house = createHouse()
    const [alice, bob] = [await house.logIn('alice'), await house.logIn('bob')]
    house.ports.presence.find = () => Promise.reject(new Error('broken'))
    alice.take()
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, request_id: 'r' })
    expect(alice.seen()).toEqual([
      [
        T.ERROR,
        {
          code: 500,
          message: 'Internal server error',
          reason: 'internal',
          in_reply_to: T.CALL_REQUEST,
          request_id: 'r',
        },
      ],
      [
        T.CALL_DECLINED,
        { call_id: '', peer_user_id: '', peer_username: '', reason: 'internal', request_id: 'r' },
      ],
    ])
    await alice.send(T.HEARTBEAT, { timestamp: 1 })
    expect(alice.take(T.HEARTBEAT)).toHaveLength(1)
    expect(bob.seen()).toEqual([])
  })
})
