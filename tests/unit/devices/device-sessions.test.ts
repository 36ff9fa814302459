import { describe, expect, test } from 'vitest'
import { createDevices, DEVICE_CAPABILITIES, type Devices, heard } from '../../support/house/devices.ts'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { comeBack, resume } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'

const { CALL_NOTIFICATION, HANGUP, USER_STATE_UPDATE } = T

const two = [DEVICE_CAPABILITIES, DEVICE_CAPABILITIES]

function pair({ bob: [laptop, phone] }: Devices): readonly [HouseClient, HouseClient] {
  if (laptop === undefined || phone === undefined) throw new Error('too few devices')
  return [laptop, phone]
}

/** A call that bob's phone has: its id. */
async function callOnPhone(devices: Devices): Promise<string> {
  const [, phone] = pair(devices)
  const call_id = await devices.ring()
  await phone.send(T.CALL_RESPONSE, { call_id, accepted: true })
  devices.forget()
  return call_id
}

/** How often the user has a session, and what others are told of it. */
const sessionsOf = async ({ ports }: House, { userId }: HouseClient) =>
  [...(await ports.presence.list()).values()]
    .filter(({ user }) => String(user.id) === userId)
    .map(({ state }) => state)

describe('how many sessions a user may have', () => {
  test('DEV-1 SESS-1 beyond it the oldest ends, and only that one', async () => {
    const house = createHouse({ maxSessionsPerUser: 2 })
    const [first, second] = [await house.logIn('bob'), await house.logIn('bob')]
    const third = await house.logIn('bob')
    expect(heard(first)).toEqual([[T.ERROR, 'session_replaced']])
    expect(first.ended).toBe(true)
    await house.logIn('bob')
    expect(heard(second)).toEqual([[T.ERROR, 'session_replaced']])
    expect(heard(third)).toEqual([])
  })

  test('DEV-1 SESS-2 where the policy says so the newcomer is refused, unless one waits for its client', async () => {
    const house = createHouse({ maxSessionsPerUser: 2, sessionPolicy: 'reject' })
    const laptop = await house.logIn('bob', DEVICE_CAPABILITIES)
    const phone = await house.logIn('bob', DEVICE_CAPABILITIES)
    const refused = await house.logIn('bob')
    expect(heard(refused)).toEqual([[T.ERROR, 'session_exists']])
    await phone.drop()
    const tablet = await house.logIn('bob')
    expect(tablet.userId).toBe(laptop.userId)
    expect(laptop.ended).toBe(false)
    expect(heard(await resume(house, { session_token: phone.token, last_seq: 0 }))).toEqual([
      [T.RESUME_REFUSED, 'replaced'],
    ])
  })

  test('DEV-1 AUTH-8 who logs in again by the same connection has no further session', async () => {
    const house = createHouse({ maxSessionsPerUser: 2 })
    const [first, second] = [await house.logIn('bob'), await house.logIn('bob')]
    await second.send(T.LOGIN_REQUEST, { username: 'bob', password_hash: 'pw' })
    await house.logIn('carol')
    expect(heard(first)).toEqual([])
  })
})

describe('the presence of a user with several devices', () => {
  test('DEV-5 a further device that comes or goes is no news, whatever the user does meanwhile', async () => {
    const { house, alice, bob, ring } = await createDevices([undefined])
    const [first] = bob
    if (first === undefined) throw new Error('no device')
    const second = await house.logIn('bob')
    await second.drop()
    expect(alice.take(USER_STATE_UPDATE)).toEqual([])
    const call_id = await ring()
    await first.send(T.CALL_RESPONSE, { call_id, accepted: true })
    expect(alice.take(USER_STATE_UPDATE)).toMatchObject([{ payload: { username: 'bob', state: 'Busy' } }])
    const third = await house.logIn('bob')
    expect(await sessionsOf(house, third)).toEqual(['Busy'])
    await third.send(T.LOGOUT_REQUEST, {})
    expect(await sessionsOf(house, third)).toEqual(['Busy'])
    expect(heard(alice)).toEqual([T.CALL_ACCEPTED])
    expect(alice.take(USER_STATE_UPDATE)).toEqual([])
  })

  test('DEV-5 the user is Disconnected with the last of them', async () => {
    const { house, alice, bob } = await createDevices([DEVICE_CAPABILITIES, undefined])
    await bob[0]?.drop()
    await bob[1]?.drop()
    expect(alice.take(USER_STATE_UPDATE)).toEqual([])
    await house.pass(600_000)
    expect(alice.take(USER_STATE_UPDATE).map(({ payload }) => payload['state'])).toEqual(['Disconnected'])
  })
})

describe('the end of one of several sessions', () => {
  const ends: readonly [string, (house: House, client: HouseClient) => Promise<unknown>][] = [
    ['a logout', (_, client) => client.send(T.LOGOUT_REQUEST, {})],
    [
      'its window',
      async (house, client) => {
        await client.drop()
        await house.pass(600_000)
      },
    ],
    [
      'an administrator',
      async ({ inputs }, client) => {
        const session = client.endpoint.session?.id
        if (session !== undefined) await inputs.administration.endSessions({ session })
      },
    ],
  ]

  test.each(ends)('DEV-4 the call of another goes on after %s', async (_, end) => {
    const devices = await createDevices(two)
    const [laptop, phone] = pair(devices)
    const call_id = await callOnPhone(devices)
    await end(devices.house, laptop)
    expect(devices.alice.take(HANGUP)).toEqual([])
    await devices.alice.send(T.SDP_OFFER, { call_id, to_user_id: phone.userId, sdp: 'again' })
    expect(phone.take(T.SDP_OFFER)).toHaveLength(1)
    expect(await sessionsOf(devices.house, phone)).toEqual(['Busy'])
  })

  test.each(ends)('DEV-4 its own call ends with %s, and its user is Available elsewhere', async (_, end) => {
    const devices = await createDevices(two)
    const [laptop, phone] = pair(devices)
    await callOnPhone(devices)
    await end(devices.house, phone)
    expect(devices.alice.take(HANGUP)).toHaveLength(1)
    expect(laptop.take(HANGUP)).toEqual([])
    expect(await sessionsOf(devices.house, laptop)).toEqual(['Available'])
  })

  test('DEV-4 what rings goes on ringing at the others, and ends with the last', async () => {
    const devices = await createDevices([...two, undefined])
    const [laptop, phone] = pair(devices)
    const call_id = await devices.ring()
    await devices.bob[2]?.drop()
    await laptop.drop()
    const back = (await comeBack(devices.house, laptop, 0)).client
    await back.send(T.LOGOUT_REQUEST, {})
    expect(heard(devices.alice)).toEqual([])
    await phone.send(T.LOGOUT_REQUEST, {})
    expect(devices.alice.take(HANGUP)).toMatchObject([{ payload: { call_id, reason: 'logout' } }])
  })

  test('DEV-4 the caller’s call ends with the session by which it calls, and with no other', async () => {
    const devices = await createDevices(two)
    const [laptop, phone] = pair(devices)
    await phone.send(T.CALL_REQUEST, { to_user_id: devices.alice.userId })
    await laptop.send(T.LOGOUT_REQUEST, {})
    expect(heard(devices.alice)).toEqual([CALL_NOTIFICATION])
    await phone.send(T.LOGOUT_REQUEST, {})
    expect(heard(devices.alice)).toEqual([[HANGUP, 'logout']])
  })
})

describe('a call that another device has', () => {
  test('DEV-6 nobody acts on it but the session that has it', async () => {
    const devices = await createDevices(two)
    const [laptop, phone] = pair(devices)
    const call_id = await callOnPhone(devices)
    const { userId } = devices.alice
    await laptop.send(HANGUP, { call_id })
    await laptop.send(T.CALL_UPDATE, { call_id, on_hold: true })
    await laptop.send(T.SDP_OFFER, { call_id, to_user_id: userId, sdp: 'mine' })
    await laptop.send(T.CALL_RESPONSE, { call_id, accepted: false })
    expect(heard(laptop)).toEqual(Array.from({ length: 4 }, () => [T.ERROR, 'call_not_found']))
    await laptop.send(T.CALL_REQUEST, { to_user_id: userId })
    expect(heard(laptop)).toEqual([[T.ERROR, 'caller_busy']])
    expect(heard(devices.alice)).toEqual([])
    await phone.send(HANGUP, { call_id })
    expect(heard(devices.alice)).toEqual([[HANGUP, 'hangup']])
  })

  test('DEV-6 CALL-19 a request id of another device means nothing', async () => {
    const devices = await createDevices(two)
    const [laptop, phone] = pair(devices)
    await phone.send(T.CALL_REQUEST, { to_user_id: devices.alice.userId, request_id: 'r1' })
    await laptop.send(HANGUP, { call_id: '', request_id: 'r1' })
    expect(heard(laptop)).toEqual([[T.ERROR, 'call_not_found']])
    expect(heard(devices.alice)).toEqual([CALL_NOTIFICATION])
  })

  test('DEV-6 RESUME-6 RESUME-11 another device that is resumed has no call, and its absence is nobody’s business', async () => {
    const devices = await createDevices(two)
    const [laptop, phone] = pair(devices)
    const call_id = await callOnPhone(devices)
    await laptop.drop()
    expect(heard(devices.alice)).toEqual([])
    expect((await comeBack(devices.house, laptop, 2)).resumed['call']).toBeNull()
    await phone.drop()
    expect(heard(devices.alice)).toEqual([[T.PEER_STATE, 'reconnecting']])
    const back = await comeBack(devices.house, phone, 1)
    expect(back.resumed['call']).toMatchObject({ call_id, phase: 'active' })
    expect(heard(devices.alice)).toEqual([[T.PEER_STATE, 'connected']])
  })

  test('DEV-6 RESUME-11 who is resumed is told of the session that has the call', async () => {
    const devices = await createDevices(two)
    const [, phone] = pair(devices)
    await callOnPhone(devices)
    await phone.drop()
    await devices.alice.drop()
    const { resumed } = await comeBack(devices.house, devices.alice, 2)
    expect(resumed['call']).toMatchObject({ peer_state: 'reconnecting' })
  })

  test('DEV-6 ICE-2 ICE servers come to the device that has logged in, or asked', async () => {
    const capabilities = [...DEVICE_CAPABILITIES, 'ice_servers']
    const { house, bob } = await createDevices([capabilities, capabilities])
    const tablet = await house.logIn('bob', capabilities)
    await bob[1]?.send(T.ICE_SERVERS_REQUEST, {})
    expect(bob.map(heard)).toEqual([[], [T.ICE_SERVERS]])
    expect(heard(tablet)).toEqual([T.ICE_SERVERS])
  })
})

describe('a room in which another device is', () => {
  test('DEV-7 the stay is a session’s', async () => {
    const devices = await createDevices(two)
    const [laptop, phone] = pair(devices)
    await phone.send(T.ROOM_JOIN, { room_id: 'voice' })
    await devices.alice.send(T.ROOM_JOIN, { room_id: 'voice' })
    devices.forget()
    await laptop.send(T.ROOM_JOIN, { room_id: 'voice' })
    await laptop.send(T.ROOM_UPDATE, { room_id: 'voice', audio_muted: true })
    await laptop.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: devices.alice.userId })
    await laptop.send(T.ROOM_LEAVE, { room_id: 'voice' })
    expect(heard(laptop)).toEqual([
      [T.ERROR, 'already_in_call'],
      ...Array.from({ length: 3 }, () => [T.ERROR, 'not_room_member']),
    ])
    await laptop.send(T.LOGOUT_REQUEST, {})
    expect(heard(devices.alice)).toEqual([])
    expect(await sessionsOf(devices.house, phone)).toEqual(['Busy'])
    await phone.send(T.LOGOUT_REQUEST, {})
    expect(heard(devices.alice)).toEqual([[T.ROOM_MEMBER, 'session_ended']])
  })

  test('DEV-7 who made it may remove and close on any device', async () => {
    const devices = await createDevices(two)
    const [laptop, phone] = pair(devices)
    await phone.send(T.ROOM_JOIN, { room_id: 'voice' })
    await devices.alice.send(T.ROOM_JOIN, { room_id: 'voice' })
    devices.forget()
    await laptop.send(T.ROOM_REMOVE, { room_id: 'voice', user_id: devices.alice.userId })
    expect(heard(devices.alice)).toEqual([[T.ROOM_LEFT, 'removed']])
    await laptop.send(T.ROOM_CLOSE, { room_id: 'voice' })
    expect(phone.take(T.ROOM_LEFT)).toMatchObject([{ payload: { reason: 'closed' } }])
  })
})

describe.each(['restart', 'crash'] as const)('several sessions and a %s of the server', (how) => {
  test('DEV-8 a ring is taken up at all devices of the callee, and the first to accept has it', async () => {
    const devices = await createDevices([...two, undefined])
    const [laptop, phone] = pair(devices)
    const call_id = await devices.ring({ sdp: 'offer', metadata: { subject: 'lunch' } })
    const house = await devices.house[how]()
    const tablet = await house.logIn('bob', DEVICE_CAPABILITIES)
    expect(tablet.take(CALL_NOTIFICATION)).toMatchObject([
      { payload: { call_id, sdp: 'offer', metadata: { subject: 'lunch' } } },
    ])
    const [first, second] = [await comeBack(house, laptop, 1), await comeBack(house, phone, 1)]
    expect(first.resumed['call']).toMatchObject({ call_id, phase: 'ringing' })
    await second.client.send(T.CALL_RESPONSE, { call_id, accepted: true })
    expect(heard(first.client)).toEqual([[HANGUP, 'answered_elsewhere']])
    expect(heard(tablet)).toEqual([[HANGUP, 'answered_elsewhere']])
    const alice = await comeBack(house, devices.alice, 1)
    expect(alice.missed).toMatchObject([{ type: T.PEER_STATE }, { type: T.CALL_ACCEPTED }])
  })

  test('DEV-8 a call is taken up where it was, and ends if that device does not come back', async () => {
    const devices = await createDevices(two)
    const [laptop, phone] = pair(devices)
    const call_id = await callOnPhone(devices)
    const house = await devices.house[how]()
    const { client: alice } = await comeBack(house, devices.alice, 2)
    const back = await comeBack(house, laptop, 2)
    expect(back.resumed['call']).toBeNull()
    await back.client.send(HANGUP, { call_id })
    expect(heard(back.client)).toEqual([[T.ERROR, 'call_not_found']])
    alice.take()
    await house.pass(600_000)
    expect(alice.take(HANGUP)).toMatchObject([{ payload: { call_id, reason: 'peer_disconnected' } }])
    expect(phone.ended).toBe(true)
  })
})

unlessShared('journal')(
  'DEV-8 who may have fewer sessions after a restart keeps those that were away longest',
  async () => {
    const house = createHouse({ maxSessionsPerUser: 3 })
    const [first, second] = [
      await house.logIn('bob', DEVICE_CAPABILITIES),
      await house.logIn('bob', DEVICE_CAPABILITIES),
    ]
    await second.drop()
    await house.pass(10)
    await first.drop()
    let left: Parameters<typeof createHouse>[0] = {}
    await house.restart(0, (entries) => {
      left = { left: entries }
    })
    const next = createHouse({
      ...left,
      users: house.ports.users,
      hasher: house.ports.hasher,
      startedAtMs: 1_700_000_000_010,
    })
    await next.inputs.restore()
    expect(heard(await resume(next, { session_token: first.token, last_seq: 0 }))).toEqual([
      [T.RESUME_REFUSED, 'unknown'],
    ])
    await comeBack(next, second, 0)
  },
)
