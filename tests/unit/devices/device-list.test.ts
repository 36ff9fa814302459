import { expect, test } from 'vitest'
import { createDevices, DEVICE_CAPABILITIES, heard } from '../../support/house/devices.ts'
import type { HouseClient } from '../../support/house/house.ts'
import { comeBack, resume } from '../../support/house/resuming.ts'
import { createSpySecurityLog } from '../../support/house/spy-security-log.ts'
import { T } from '../../support/wire/wire.ts'

const { DEVICES, DEVICE_LOGOUT, DEVICES_REQUEST, ERROR, HANGUP } = T

interface Device {
  readonly session_id: string
  readonly this: boolean
}

function isList(value: unknown): value is readonly Device[] {
  return Array.isArray(value)
}

async function listOf(client: HouseClient): Promise<readonly Device[]> {
  await client.send(DEVICES_REQUEST, {})
  const [list] = client.take(DEVICES)
  const devices = list?.payload['devices']
  return isList(devices) ? devices : []
}

const two = [DEVICE_CAPABILITIES, DEVICE_CAPABILITIES]

async function ofTwo(options = {}) {
  const devices = await createDevices(two, options)
  const [laptop, phone] = devices.bob
  if (laptop === undefined || phone === undefined) throw new Error('too few devices')
  const [first] = await listOf(laptop)
  if (first === undefined) throw new Error('no list')
  return { ...devices, laptop, phone, laptopId: first.session_id }
}

test('DEV-11 the list has one’s own sessions, as they are now, and nobody else’s', async () => {
  const { house, alice, laptop, phone } = await ofTwo()
  await house.pass(5000)
  const old = await house.logIn('bob')
  await laptop.drop()
  await alice.send(T.CALL_REQUEST, { to_user_id: phone.userId })
  const call_id = String(phone.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
  const common = { session_id: expect.any(String), transport: 'tcp', since: 1_700_000_000_000 }
  const expected = [
    { ...common, client: 'test', connected: false, this: false },
    { ...common, client: 'test', connected: true, this: true },
    { ...common, client: '', since: 1_700_000_005_000, connected: true, this: false },
  ]
  expect(await listOf(phone)).toEqual(expected)
  await phone.send(T.CALL_RESPONSE, { call_id, accepted: true })
  expect(await listOf(phone)).toMatchObject([{}, { this: true, call_id }, {}])
  expect((await listOf(phone)).filter((device) => 'call_id' in device)).toHaveLength(1)
  await old.drop()
  expect(new Set((await listOf(phone)).map((device) => device.session_id)).size).toBe(2)
  expect(await listOf(alice)).toHaveLength(1)
})

test.each(['restart', 'crash'] as const)('DEV-11 DEV-8 it is the same after a %s', async (how) => {
  const { house, laptop, phone } = await ofTwo()
  await house.pass(1000)
  const before = await listOf(laptop)
  const next = await house[how](1000)
  const { client } = await comeBack(next, laptop, 0)
  expect(await listOf(client)).toEqual([{ ...before[0] }, { ...before[1], connected: false }])
  await comeBack(next, phone, 0)
  expect(await listOf(client)).toEqual(before)
})

test('DEV-12 a session is ended from another device, and its client does not come back by itself', async () => {
  const securityLog = createSpySecurityLog()
  const { house, laptop, phone, laptopId } = await ofTwo({ securityLog })
  await phone.send(DEVICE_LOGOUT, { session_id: laptopId, request_id: 'd' })
  const [answer] = phone.take(DEVICES)
  expect(answer?.payload).toMatchObject({ devices: [{ this: true }], request_id: 'd' })
  expect(laptop.take()).toMatchObject([
    { type: ERROR, payload: { code: 403, reason: 'logged_out_elsewhere' } },
  ])
  expect(laptop.ended).toBe(true)
  expect(heard(await resume(house, { session_token: laptop.token, last_seq: 0 }))).toEqual([
    [T.RESUME_REFUSED, 'replaced'],
  ])
  expect(securityLog.events).toEqual([
    {
      event: 'session_ended',
      reason: 'logged_out_elsewhere',
      address: phone.endpoint.address,
      userId: phone.userId,
      previousAddress: laptop.endpoint.address,
    },
  ])
})

test('DEV-12 DEV-4 its call ends as by a logout; what rings goes on at the others', async () => {
  const { alice, ring, laptop, phone, laptopId } = await ofTwo()
  const call_id = await ring()
  await laptop.send(T.CALL_RESPONSE, { call_id, accepted: true })
  alice.take()
  await phone.send(DEVICE_LOGOUT, { session_id: laptopId })
  expect(alice.take(HANGUP)).toMatchObject([{ payload: { call_id, reason: 'logout' } }])
  const [own] = await listOf(phone)
  await ring()
  expect(phone.take(T.CALL_NOTIFICATION)).toHaveLength(2)
  await phone.send(DEVICE_LOGOUT, { session_id: own?.session_id })
  expect(alice.take(HANGUP)).toMatchObject([{ payload: { reason: 'logout' } }])
})

test('DEV-12 one’s own session ends as by LOGOUT_REQUEST', async () => {
  const { laptop, laptopId } = await ofTwo()
  await laptop.send(DEVICE_LOGOUT, { session_id: laptopId })
  expect(laptop.take()).toMatchObject([{ type: DEVICES, payload: { devices: [{ this: false }] } }])
  expect(laptop.ended).toBe(false)
  await laptop.send(DEVICES_REQUEST, {})
  expect(heard(laptop)).toEqual([[ERROR, 'login_required']])
})

test('DEV-12 of another user’s session nobody even learns that there is one', async () => {
  const { alice, laptop, laptopId } = await ofTwo()
  for (const session_id of [laptopId, 'no such session', 'not an id "'])
    await alice.send(DEVICE_LOGOUT, { session_id })
  const told = alice.take()
  expect(told.map(({ payload }) => payload['reason'])).toEqual(Array(3).fill('session_not_found'))
  expect(new Set(told.map(({ text }) => text)).size).toBe(1)
  expect(heard(laptop)).toEqual([])
})
