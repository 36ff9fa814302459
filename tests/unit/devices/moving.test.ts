import { describe, expect, test } from 'vitest'
import { createDevices, DEVICE_CAPABILITIES, type Devices, heard } from '../../support/house/devices.ts'
import type { HouseClient } from '../../support/house/house.ts'
import { candidate, comeBack } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

const { CALL_MOVE, CALL_MOVED, ERROR, HANGUP, PEER_STATE } = T

interface Moving extends Devices {
  readonly laptop: HouseClient
  readonly phone: HouseClient
  readonly call_id: string
}

/** A call between alice and bob's laptop, which has lasted for five seconds. `caller`: who placed it. */
async function callOnLaptop(caller: 'alice' | 'bob' = 'alice'): Promise<Moving> {
  const devices = await createDevices([DEVICE_CAPABILITIES, DEVICE_CAPABILITIES])
  const { alice, house } = devices
  const [laptop, phone] = devices.bob
  if (laptop === undefined || phone === undefined) throw new Error('too few devices')
  const [from, to] = caller === 'alice' ? [alice, laptop] : [laptop, alice]
  await from.send(T.CALL_REQUEST, { to_user_id: to.userId, request_id: 'r1' })
  const call_id = String(to.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
  await to.send(T.CALL_RESPONSE, { call_id, accepted: true })
  await house.pass(5000)
  devices.forget()
  return { ...devices, laptop, phone, call_id }
}

describe('a call that is taken to another device', () => {
  test.each(['alice', 'bob'] as const)(
    'DEV-9 everybody is told, and signals pass to and from the new one alone: placed by %s',
    async (caller) => {
      const { alice, laptop, phone, call_id } = await callOnLaptop(caller)
      await laptop.send(T.CALL_UPDATE, { call_id, video_muted: true })
      await alice.send(T.CALL_UPDATE, { call_id, audio_muted: true })
      alice.take()
      laptop.take()
      await phone.send(CALL_MOVE, { call_id, request_id: 'm' })
      expect(phone.take(CALL_MOVED).map(({ payload }) => payload)).toEqual([
        {
          call_id,
          role: caller === 'bob' ? 'caller' : 'callee',
          peer_user_id: alice.userId,
          peer_username: 'alice',
          own: { on_hold: false, audio_muted: false, video_muted: true },
          peer: { on_hold: false, audio_muted: true, video_muted: false },
          peer_state: 'connected',
          duration_ms: 5000,
          seq: expect.any(Number),
          request_id: 'm',
        },
      ])
      expect(
        laptop.take().map(({ type, payload }) => [type, payload['reason'], payload['duration_ms']]),
      ).toEqual([[HANGUP, 'moved', 5000]])
      expect(heard(alice)).toEqual([[PEER_STATE, 'moved']])

      await phone.send(T.SDP_OFFER, { call_id, to_user_id: alice.userId, sdp: 'new' })
      await alice.send(T.SDP_ANSWER, { call_id, to_user_id: phone.userId, sdp: 'answer' })
      await alice.send(T.ICE_CANDIDATE, candidate(call_id, phone, 'one'))
      await alice.send(T.CALL_UPDATE, { call_id, audio_muted: false })
      expect(heard(alice)).toEqual([T.SDP_OFFER])
      expect(heard(phone)).toEqual([T.SDP_ANSWER, T.ICE_CANDIDATE, T.CALL_UPDATE])
      await laptop.send(T.SDP_OFFER, { call_id, to_user_id: alice.userId, sdp: 'old' })
      await laptop.send(HANGUP, { call_id })
      expect(heard(laptop)).toEqual([
        [ERROR, 'call_not_found'],
        [ERROR, 'call_not_found'],
      ])
      await alice.send(HANGUP, { call_id })
      expect(heard(phone)).toEqual([[HANGUP, 'hangup']])
      expect(heard(laptop)).toEqual([])
    },
  )

  test('DEV-9 DEV-4 the time goes on, and the end of the old session does nothing to it', async () => {
    const { alice, house, laptop, phone, call_id } = await callOnLaptop()
    await phone.send(CALL_MOVE, { call_id })
    await laptop.send(T.LOGOUT_REQUEST, {})
    await house.pass(2000)
    phone.take()
    alice.take()
    await phone.send(T.LOGOUT_REQUEST, {})
    expect(alice.take(HANGUP)).toMatchObject([{ payload: { call_id, reason: 'logout', duration_ms: 7000 } }])
  })

  test('DEV-9 it can be taken from a device that is away, which finds that it is gone', async () => {
    const { alice, house, laptop, phone, call_id } = await callOnLaptop()
    await laptop.drop()
    await phone.send(CALL_MOVE, { call_id })
    expect(heard(alice)).toEqual([
      [PEER_STATE, 'reconnecting'],
      [PEER_STATE, 'moved'],
    ])
    const back = await comeBack(house, laptop, 1)
    expect(back.resumed['call']).toBeNull()
    expect(back.missed).toMatchObject([{ type: HANGUP, payload: { call_id, reason: 'moved' } }])
    expect(heard(alice)).toEqual([])
  })

  test('DEV-9 RESUME-14 the other party finds the move also where the new device has been away since', async () => {
    const { alice, house, laptop, phone, call_id } = await callOnLaptop()
    await alice.drop()
    await phone.send(CALL_MOVE, { call_id })
    await laptop.send(CALL_MOVE, { call_id })
    await laptop.drop()
    await comeBack(house, laptop, 1)
    const { missed, resumed } = await comeBack(house, alice, 2)
    expect(missed.map(({ type, payload }) => [type, payload['state']])).toEqual([
      [PEER_STATE, 'moved'],
      [PEER_STATE, 'connected'],
    ])
    expect(resumed['call']).toMatchObject({ call_id, peer_state: 'connected' })
  })

  test('DEV-9 CALL-19 the request by which the old device placed it is none of the new one', async () => {
    const { alice, phone, call_id } = await callOnLaptop('bob')
    await phone.send(CALL_MOVE, { call_id })
    phone.take()
    alice.take()
    await phone.send(HANGUP, { call_id: '', request_id: 'r1' })
    expect(heard(phone)).toEqual([[ERROR, 'call_not_found']])
    expect(heard(alice)).toEqual([])
  })

  test.each(['restart', 'crash'] as const)('DEV-8 DEV-9 after a %s the new device has it', async (how) => {
    const { alice, house, laptop, phone, call_id } = await callOnLaptop('bob')
    await phone.send(CALL_MOVE, { call_id })
    const next = await house[how]()
    expect((await comeBack(next, laptop, 2)).resumed['call']).toBeNull()
    expect((await comeBack(next, phone, 1)).resumed['call']).toMatchObject({ call_id, role: 'caller' })
    const { client, missed } = await comeBack(next, alice, 1)
    expect(missed.map(({ payload }) => payload['state'])).toContain('moved')
    await client.send(T.SDP_OFFER, { call_id, to_user_id: phone.userId, sdp: 'again' })
    expect(client.take(ERROR)).toEqual([])
  })

  test('DEV-9 DEV-8 a caller that moves to a device that cannot resume leaves nothing for a later run', async () => {
    const { house, alice, call_id } = await callOnLaptop('bob')
    const tablet = await house.logIn('bob', ['devices'])
    await tablet.send(CALL_MOVE, { call_id })
    expect(heard(tablet)).toEqual([CALL_MOVED])
    const next = await house.crash()
    expect((await comeBack(next, alice, 1)).resumed['call']).toBeNull()
  })

  test('DEV-10 only an active call of one’s own is moved, and not to where it is', async () => {
    const { alice, laptop, phone, house, call_id } = await callOnLaptop()
    const carol = await house.logIn('carol', DEVICE_CAPABILITIES)
    await carol.send(CALL_MOVE, { call_id })
    await laptop.send(CALL_MOVE, { call_id })
    await phone.send(CALL_MOVE, { call_id: 'no such call' })
    await phone.send(CALL_MOVE, { call_id: '' })
    expect(heard(carol)).toEqual([[ERROR, 'call_not_found']])
    expect(heard(laptop)).toEqual([[ERROR, 'already_in_call']])
    expect(heard(phone)).toEqual([
      [ERROR, 'call_not_found'],
      [ERROR, 'call_not_found'],
    ])
    await alice.send(HANGUP, { call_id })
    await phone.send(CALL_MOVE, { call_id })
    expect(heard(phone)).toEqual([[ERROR, 'call_not_found']])
  })

  test('DEV-10 a call that is being transferred stays where it is', async () => {
    const { alice, laptop, phone, house, call_id } = await callOnLaptop()
    const carol = await house.logIn('carol', DEVICE_CAPABILITIES)
    await alice.send(T.CALL_TRANSFER, { call_id, to_user_id: carol.userId })
    phone.take()
    await phone.send(CALL_MOVE, { call_id })
    expect(heard(phone)).toEqual([[ERROR, 'transfer_pending']])
    await carol.send(T.CALL_RESPONSE, {
      call_id: carol.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'],
      accepted: true,
    })
    expect(laptop.take(T.CALL_ACCEPTED)).toHaveLength(1)
  })

  test('DEV-10 a call that rings is not moved, by nobody', async () => {
    const devices = await createDevices([DEVICE_CAPABILITIES, DEVICE_CAPABILITIES])
    const [laptop, phone] = devices.bob
    const call_id = await devices.ring()
    await phone?.send(CALL_MOVE, { call_id })
    await devices.alice.send(CALL_MOVE, { call_id })
    if (laptop === undefined || phone === undefined) throw new Error('too few devices')
    expect(heard(phone)).toEqual([T.CALL_NOTIFICATION, [ERROR, 'call_not_found']])
    expect(heard(devices.alice)).toEqual([[ERROR, 'call_not_found']])
    await laptop.send(T.CALL_REQUEST, { to_user_id: devices.alice.userId })
    expect(laptop.take(T.CALL_ACCEPTED)).toHaveLength(1)
  })
})
