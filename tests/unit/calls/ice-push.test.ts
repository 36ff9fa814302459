import { describe, expect, test } from 'vitest'
import { type Agreed, createDuo, type Duo } from '../../support/house/duo.ts'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { resume } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

const ICE = ['resume', 'ice_servers']
/** The house's wall clock starts here. */
const START_SECS = 1_700_000_000
const TTL_SECS = 1000
const ice = { turnServers: [{ url: 'turn:turn.example.org', secret: 'north' }], ttlSecs: TTL_SECS }

const count = (client: HouseClient) => client.take(T.ICE_SERVERS).length

/** The user name of the credentials that came last. */
function turnName(client: HouseClient): unknown {
  const servers = client.take(T.ICE_SERVERS).at(-1)?.payload['ice_servers']
  const turn: unknown = Array.isArray(servers) ? servers[1] : undefined
  return typeof turn === 'object' && turn !== null && 'username' in turn ? turn.username : undefined
}

const nameAt = (secs: number, { userId }: HouseClient) => `${START_SECS + secs + TTL_SECS}:${userId}`

async function logInAgain(house: House, agreed: Agreed): Promise<HouseClient> {
  await (await house.logIn('alice')).drop()
  const client = house.connect()
  if (agreed !== undefined) await client.hello(agreed)
  client.take()
  await client.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
  return client
}

describe('ICE_SERVERS, asked for', () => {
  test('ICE-1 ICE-4 ICE-5 REQ-1 is what an RTCPeerConnection takes, and what the operator configured', async () => {
    const house = createHouse({ ice })
    const alice = await house.logIn('alice', ['ice_servers'])
    alice.take()
    await house.pass(1500)
    await alice.send(T.ICE_SERVERS_REQUEST, { request_id: 'i' })
    const [answer] = alice.take()
    expect(answer?.type).toBe(T.ICE_SERVERS)
    expect(Object.entries(answer?.payload ?? {})).toEqual([
      [
        'ice_servers',
        [
          { urls: ['stun:stun.example.org'] },
          {
            urls: ['turn:turn.example.org'],
            username: nameAt(1, alice),
            credential: expect.stringMatching(/^[A-Za-z0-9+/]{27}=$/),
          },
        ],
      ],
      ['ttl_secs', TTL_SECS],
      ['gathering_timeout_ms', 5000],
      ['connection_timeout_ms', 10_000],
      ['rtp_port_range', { start: 10_000, end: 20_000 }],
      ['request_id', 'i'],
    ])
    expect(answer?.text).not.toContain('north')
    expect(alice.take()).toEqual([])
  })

  test('ICE-5 without a server with a secret there is no ttl_secs, and nothing is renewed', async () => {
    const turnServers = [{ url: 'turn:turn.example.org', username: 'u', credential: 'p' }]
    const { house, alice, bob, connect } = await createDuo(['ice_servers'], ['ice_servers'], {
      ice: { turnServers },
    })
    await alice.send(T.ICE_SERVERS_REQUEST, {})
    expect(Object.keys(alice.take(T.ICE_SERVERS)[0]?.payload ?? {})).toEqual([
      'ice_servers',
      'gathering_timeout_ms',
      'connection_timeout_ms',
      'rtp_port_range',
    ])
    await connect()
    await house.pass(3_600_000)
    expect([...alice.take(T.ICE_SERVERS), ...bob.take(T.ICE_SERVERS)]).toEqual([])
  })

  test('ICE-1 REQ-4 who is not logged in is refused', async () => {
    const client = createHouse({ ice }).connect()
    await client.hello(['ice_servers'])
    client.take()
    await client.send(T.ICE_SERVERS_REQUEST, {})
    expect(client.seen()).toMatchObject([
      [T.ERROR, { code: 401, reason: 'login_required', in_reply_to: T.ICE_SERVERS_REQUEST }],
    ])
  })

  test('ICE-1 WIRE-8 a request without payload is one', async () => {
    const alice = await createHouse({ ice }).logIn('alice', ['ice_servers'])
    alice.take()
    await alice.send(T.ICE_SERVERS_REQUEST, '')
    expect(count(alice)).toBe(1)
  })
})

describe('ICE_SERVERS, unasked', () => {
  test('ICE-2 comes after LOGIN_RESPONSE, and bears no request_id', async () => {
    const house = createHouse({ ice })
    const client = await logInAgain(house, ['ice_servers'])
    const [login, servers, ...rest] = client.take()
    expect([login?.type, servers?.type, rest]).toEqual([T.LOGIN_RESPONSE, T.ICE_SERVERS, []])
    await client.send(T.LOGOUT_REQUEST, {})
    client.take()
    await client.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw', request_id: 'l' })
    const again = client.take()
    expect(again.map(({ type }) => type)).toEqual([T.LOGIN_RESPONSE, T.ICE_SERVERS])
    expect(again.map(({ payload }) => payload['request_id'])).toEqual(['l', undefined])
  })

  test.each([
    ['said no HELLO', undefined],
    ['agreed on everything else', ['resume', 'call_control', 'goaway']],
  ])('ICE-2 HELLO-5 does not come to a client that %s', async (_what, agreed) => {
    const client = await logInAgain(createHouse({ ice }), agreed)
    expect(client.take().map(({ type }) => type)).toEqual([T.LOGIN_RESPONSE])
  })

  test('ICE-2 does not come after a login that is refused', async () => {
    const house = createHouse({ ice, sessionPolicy: 'reject' })
    const first = await house.logIn('alice', ['ice_servers'])
    expect(count(first)).toBe(1)
    const second = house.connect()
    await second.hello(['ice_servers'])
    await second.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'wrong' })
    await second.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
    expect([count(first), count(second)]).toEqual([0, 0])
  })

  test('ICE-2 comes after the USER_LIST_RESPONSE of a resumption, in fresh credentials', async () => {
    const house = createHouse({ ice })
    const alice = await house.logIn('alice', ICE)
    await alice.drop()
    await house.pass(5000)
    const back = await resume(house, { session_token: alice.token, last_seq: 0, request_id: 'r' }, ICE)
    const got = back.take()
    expect(got.map(({ type, payload }) => [type, payload['request_id']])).toEqual([
      [T.RESUMED, 'r'],
      [T.USER_LIST_RESPONSE, undefined],
      [T.ICE_SERVERS, undefined],
    ])
    expect(got[2]?.text).toContain(nameAt(5, alice))
  })

  test('ICE-2 RESUME-12 does not come after a resumption where only the new connection agreed on it', async () => {
    const { house, alice, connect } = await createDuo(['resume'], undefined, { ice })
    await connect()
    await alice.drop()
    const back = await resume(house, { session_token: alice.token, last_seq: 0 }, ICE)
    await house.pass(TTL_SECS * 1000)
    expect(count(back)).toBe(0)
    await back.send(T.ICE_SERVERS_REQUEST, {})
    expect(back.take(T.ERROR)).toMatchObject([{ payload: { reason: 'not_negotiated' } }])
  })
})

describe('ICE_SERVERS, renewed', () => {
  const duo = () => createDuo(ICE, ['ice_servers'], { ice })
  const began = [
    ['active', (trying: Duo) => trying.connect()],
    ['ringing', (trying: Duo) => trying.ring()],
  ] as const

  test.each(began)(
    'ICE-3 once three quarters of their time are over, in a call that is %s',
    async (_phase, begin) => {
      const calling = await createDuo(ICE, ['ice_servers'], { ice, ringTimeoutMs: 10_000_000 })
      const { house, alice, bob } = calling
      await begin(calling)
      await house.pass(749_999)
      expect([count(alice), count(bob)]).toEqual([0, 0])
      await house.pass(1)
      expect([turnName(alice), turnName(bob)]).toEqual([nameAt(750, alice), nameAt(750, bob)])
      await house.pass(749_999)
      expect([count(alice), count(bob)]).toEqual([0, 0])
      await house.pass(1)
      expect([turnName(alice), turnName(bob)]).toEqual([nameAt(1500, alice), nameAt(1500, bob)])
    },
  )

  test('ICE-3 not of whoever is in no call, neither before one nor after', async () => {
    const { house, alice, bob, connect } = await duo()
    await house.pass(900_000)
    expect([count(alice), count(bob)]).toEqual([0, 0])
    const call_id = await connect()
    await house.pass(0)
    expect([count(alice), count(bob)]).toEqual([1, 1])
    await alice.send(T.HANGUP, { call_id })
    await house.pass(5_000_000)
    expect([count(alice), count(bob)]).toEqual([0, 0])
  })

  test('ICE-3 at once when a call begins to ring, where they were over: for both parties', async () => {
    const { house, alice, bob, ring } = await duo()
    await house.pass(750_000)
    await ring()
    await house.pass(0)
    expect([turnName(alice), turnName(bob)]).toEqual([nameAt(750, alice), nameAt(750, bob)])
    await house.pass(0)
    expect([count(alice), count(bob)]).toEqual([0, 0])
  })

  test('ICE-3 counted from the latest, asked for or not', async () => {
    const { house, alice, connect } = await duo()
    await connect()
    await house.pass(500_000)
    await alice.send(T.ICE_SERVERS_REQUEST, {})
    expect(turnName(alice)).toBe(nameAt(500, alice))
    await house.pass(749_999)
    expect(count(alice)).toBe(0)
    await house.pass(1)
    expect(turnName(alice)).toBe(nameAt(1250, alice))
  })

  test('ICE-3 of each party that can, whatever the other one is', async () => {
    const { house, alice, bob, carol, connect } = await createDuo(undefined, ['ice_servers'], { ice })
    await connect()
    await house.pass(750_000)
    expect([count(alice), count(bob), count(carol)]).toEqual([0, 1, 0])
  })

  test('ICE-3 RESUME-5 not while the client is away, and then by the resumption at once', async () => {
    const { house, alice, bob, connect } = await createDuo(ICE, ICE, {
      ice: { ...ice, ttlSecs: 20 },
    })
    await connect()
    await alice.drop()
    await house.pass(15_000)
    expect([count(alice), count(bob)]).toEqual([0, 1])
    await house.pass(15_000)
    expect([count(alice), count(bob)]).toEqual([0, 1])
    const back = await resume(house, { session_token: alice.token, last_seq: 0 }, ICE)
    expect(count(back)).toBe(1)
    await house.pass(14_999)
    expect(count(back)).toBe(0)
    await house.pass(1)
    expect(count(back)).toBe(1)
  })

  test('ICE-5 expiry is told by the wall clock', async () => {
    const house = createHouse({ ice, startedAtMs: 1_800_000_000_999 })
    const alice = await house.logIn('alice', ['ice_servers'])
    expect(turnName(alice)).toBe(`1800001000:${alice.userId}`)
  })
})
