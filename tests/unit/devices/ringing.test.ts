import { describe, expect, test } from 'vitest'
import { createDevices, DEVICE_CAPABILITIES, type Devices, heard } from '../../support/house/devices.ts'
import type { HouseClient } from '../../support/house/house.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

const { CALL_NOTIFICATION, CALL_ACCEPTED, CALL_DECLINED, HANGUP, PEER_STATE, RINGING } = T

function three({ bob: [laptop, phone, old] }: Devices): readonly [HouseClient, HouseClient, HouseClient] {
  if (laptop === undefined || phone === undefined || old === undefined) throw new Error('too few devices')
  return [laptop, phone, old]
}

const accept = (client: HouseClient, call_id: string) =>
  client.send(T.CALL_RESPONSE, { call_id, accepted: true })

describe('a call to somebody with several devices', () => {
  test('DEV-2 it rings at each, and the others are told when one has accepted, each in its own form', async () => {
    const devices = await createDevices()
    const [laptop, phone, old] = three(devices)
    const call_id = await devices.ring({ sdp: 'offer' })
    for (const device of [laptop, phone, old]) expect(heard(device)).toEqual([CALL_NOTIFICATION])
    await accept(phone, call_id)
    expect(heard(devices.alice)).toEqual([CALL_ACCEPTED])
    expect(heard(phone)).toEqual([])
    expect(laptop.seen()).toEqual([
      [HANGUP, { call_id, reason: 'answered_elsewhere', duration_ms: 0, seq: 2 }],
    ])
    expect(old.take(HANGUP).map(({ text }) => text)).toEqual([
      `{"call_id":"${call_id}","reason":"answered_elsewhere"}`,
    ])
  })

  test('DEV-2 a device of version 1 can have it, and gets the offer that came with the ring', async () => {
    const devices = await createDevices()
    const [laptop, phone, old] = three(devices)
    const call_id = await devices.ring({ sdp: 'offer' })
    await accept(old, call_id)
    expect(heard(old)).toEqual([CALL_NOTIFICATION, T.SDP_OFFER])
    expect(heard(laptop)).toEqual([CALL_NOTIFICATION, [HANGUP, 'answered_elsewhere']])
    expect(heard(phone)).toEqual([CALL_NOTIFICATION, [HANGUP, 'answered_elsewhere']])
    await devices.alice.send(T.SDP_OFFER, { call_id, to_user_id: old.userId, sdp: 'again' })
    expect(heard(old)).toEqual([T.SDP_OFFER])
    expect([...heard(laptop), ...heard(phone)]).toEqual([])
  })

  test.each([
    [
      'declines',
      (one: HouseClient, call_id: string) => one.send(T.CALL_RESPONSE, { call_id, accepted: false }),
    ],
    ['hangs up', (one: HouseClient, call_id: string) => one.send(HANGUP, { call_id })],
  ] as const)('DEV-2 a device that %s does so for all', async (_, refuse) => {
    const devices = await createDevices()
    const [laptop, phone, old] = three(devices)
    const call_id = await devices.ring()
    await refuse(phone, call_id)
    expect(heard(phone)).toEqual([CALL_NOTIFICATION])
    expect(heard(laptop)).toEqual([CALL_NOTIFICATION, [HANGUP, 'declined_elsewhere']])
    expect(heard(old)).toEqual([CALL_NOTIFICATION, [HANGUP, 'declined_elsewhere']])
    expect(devices.alice.take().filter(({ type }) => type === HANGUP || type === CALL_DECLINED)).toHaveLength(
      1,
    )
    await devices.ring()
    expect(heard(old)).toEqual([CALL_NOTIFICATION])
  })

  test.each([
    ['timeout', ({ house }: Devices) => house.pass(30_000)],
    ['hangup', ({ alice }: Devices, call_id: string) => alice.send(HANGUP, { call_id })],
    ['logout', ({ alice }: Devices) => alice.send(T.LOGOUT_REQUEST, {})],
  ] as const)('DEV-2 every other end is told to all: %s', async (reason, end) => {
    const devices = await createDevices()
    const call_id = await devices.ring()
    await end(devices, call_id)
    for (const device of three(devices)) {
      const told = heard(device).filter((one) => one !== T.HEARTBEAT)
      expect(told).toEqual([CALL_NOTIFICATION, [HANGUP, reason]])
    }
  })

  test('DEV-2 of two that accept in the same instant one has it, and the other is told once', async () => {
    const devices = await createDevices([DEVICE_CAPABILITIES, DEVICE_CAPABILITIES])
    const [laptop, phone] = devices.bob
    if (laptop === undefined || phone === undefined) throw new Error('too few devices')
    const call_id = await devices.ring()
    await Promise.all([accept(laptop, call_id), accept(phone, call_id)])
    expect(heard(devices.alice)).toEqual([CALL_ACCEPTED])
    expect(heard(laptop)).toEqual([CALL_NOTIFICATION])
    expect(heard(phone)).toEqual([
      CALL_NOTIFICATION,
      [HANGUP, 'answered_elsewhere'],
      [T.ERROR, 'call_not_found'],
    ])
  })

  test('DEV-2 the other devices of the caller are told nothing, and nothing of the answer', async () => {
    const devices = await createDevices()
    const [laptop, phone, old] = three(devices)
    await laptop.send(T.CALL_REQUEST, { to_user_id: devices.alice.userId })
    const call_id = String(devices.alice.take(CALL_NOTIFICATION)[0]?.payload['call_id'])
    await accept(devices.alice, call_id)
    await devices.alice.send(T.CALL_UPDATE, { call_id, on_hold: true })
    await devices.alice.send(T.SDP_ANSWER, { call_id, to_user_id: laptop.userId, sdp: 'answer' })
    await devices.alice.send(HANGUP, { call_id })
    expect(heard(laptop)).toEqual([RINGING, CALL_ACCEPTED, T.CALL_UPDATE, T.SDP_ANSWER, [HANGUP, 'hangup']])
    expect([...heard(phone), ...heard(old)]).toEqual([])
  })

  test('DEV-2 CALL-15 who calls back while it rings has it on that device, and the others are told', async () => {
    const devices = await createDevices()
    const [laptop, phone, old] = three(devices)
    await devices.ring()
    await phone.send(T.CALL_REQUEST, { to_user_id: devices.alice.userId })
    expect(heard(phone)).toEqual([CALL_NOTIFICATION, CALL_ACCEPTED])
    for (const other of [laptop, old])
      expect(heard(other)).toEqual([CALL_NOTIFICATION, [HANGUP, 'answered_elsewhere']])
  })

  test('DEV-2 RESUME-14 a device that was away finds what is left: the ring, or that it is over', async () => {
    const devices = await createDevices()
    const [laptop, phone, old] = three(devices)
    await laptop.drop()
    const call_id = await devices.ring({ sdp: 'offer' })
    const during = await comeBack(devices.house, laptop, 0)
    expect(during.missed.map(({ payload }) => payload)).toMatchObject([{ call_id, sdp: 'offer' }])
    expect(during.resumed['call']).toMatchObject({ call_id, phase: 'ringing', role: 'callee' })
    await during.client.drop()
    await phone.drop()
    await accept(old, call_id)
    const after = await comeBack(devices.house, during.client, 1)
    expect(after.missed.map(({ payload }) => payload)).toEqual([
      { call_id, reason: 'answered_elsewhere', duration_ms: 0, seq: 2 },
    ])
    expect(after.resumed['call']).toBeNull()
  })

  test('DEV-2 a device that was away for all of it is told that it is over, and of no missed call', async () => {
    const devices = await createDevices()
    const [laptop, phone] = three(devices)
    await laptop.drop()
    const call_id = await devices.ring()
    await accept(phone, call_id)
    const { missed } = await comeBack(devices.house, laptop, 0)
    expect(missed.map(({ payload }) => payload)).toEqual([
      { call_id, reason: 'answered_elsewhere', duration_ms: 0, seq: 1 },
    ])
  })

  test('DEV-6 RESUME-6 while it rings, the callee is away when no device has a connection', async () => {
    const devices = await createDevices([DEVICE_CAPABILITIES, DEVICE_CAPABILITIES])
    const { house, alice, ring } = devices
    const [laptop, phone] = devices.bob
    if (laptop === undefined || phone === undefined) throw new Error('too few devices')
    await ring()
    await laptop.drop()
    expect(heard(alice)).toEqual([])
    await phone.drop()
    expect(heard(alice)).toEqual([[PEER_STATE, 'reconnecting']])
    const tablet = await house.logIn('bob', DEVICE_CAPABILITIES)
    expect(heard(alice)).toEqual([[PEER_STATE, 'connected']])
    await comeBack(house, laptop, 1)
    expect(heard(alice)).toEqual([])
    await tablet.send(T.LOGOUT_REQUEST, {})
    expect(heard(alice)).toEqual([])
  })
})

describe('a device that comes while its user is being called', () => {
  test('DEV-3 it rings, too, with all that came with the call', async () => {
    const devices = await createDevices()
    const { house, alice } = devices
    const call_id = await devices.ring({ sdp: 'offer', metadata: { subject: 'lunch' } })
    const tablet = await house.logIn('bob', DEVICE_CAPABILITIES)
    const from = { from_user_id: alice.userId, from_username: 'alice' }
    expect(tablet.seen()).toEqual([
      [CALL_NOTIFICATION, { call_id, ...from, sdp: 'offer', metadata: { subject: 'lunch' }, seq: 1 }],
    ])
    await accept(tablet, call_id)
    expect(heard(alice)).toEqual([CALL_ACCEPTED])
    for (const device of three(devices))
      expect(heard(device)).toEqual([CALL_NOTIFICATION, [HANGUP, 'answered_elsewhere']])
  })

  test('DEV-3 the oldest device makes room for it and rings no more; the call goes on', async () => {
    const devices = await createDevices(undefined, { maxSessionsPerUser: 3 })
    const [laptop, phone, old] = three(devices)
    const call_id = await devices.ring()
    const tablet = await devices.house.logIn('bob')
    expect(heard(laptop)).toEqual([CALL_NOTIFICATION, [T.ERROR, 'session_replaced']])
    expect(heard(tablet)).toEqual([CALL_NOTIFICATION])
    await accept(tablet, call_id)
    for (const device of [phone, old])
      expect(heard(device)).toEqual([CALL_NOTIFICATION, [HANGUP, 'answered_elsewhere']])
    expect(heard(devices.alice)).toEqual([CALL_ACCEPTED])
  })

  test('DEV-3 a device that comes while its user calls is told nothing', async () => {
    const devices = await createDevices()
    await devices.bob[0]?.send(T.CALL_REQUEST, { to_user_id: devices.alice.userId })
    expect(heard(await devices.house.logIn('bob'))).toEqual([])
  })
})
