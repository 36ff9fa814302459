import { expect, test } from 'vitest'
import { brief, unseen } from '../../support/house/callers.ts'
import { createDevices, DEVICE_CAPABILITIES } from '../../support/house/devices.ts'
import { T } from '../../support/wire/wire.ts'

const CAPABILITIES = [...DEVICE_CAPABILITIES, 'history']

async function twoDevices() {
  const { house, alice, bob, ring } = await createDevices([CAPABILITIES, CAPABILITIES])
  const [desk, phone] = bob
  if (desk === undefined || phone === undefined) throw new Error('two were wanted')
  return { house, alice, desk, phone, ring }
}

test('HIST-1 HIST-4 a call that is answered at one device is missed at none', async () => {
  const { house, alice, desk, phone, ring } = await twoDevices()
  const call_id = await ring()
  await phone.send(T.CALL_RESPONSE, { call_id, accepted: true })
  await house.pass(1000)
  await alice.send(T.HANGUP, { call_id })
  expect([unseen(desk), unseen(phone)]).toEqual([[], []])
  for (const device of [desk, phone]) expect(await brief(device)).toEqual(['alice incoming answered'])
})

test('HIST-1 nor is one that is declined at one', async () => {
  const { desk, phone, ring } = await twoDevices()
  await phone.send(T.CALL_RESPONSE, { call_id: await ring(), accepted: false })
  expect([unseen(desk), unseen(phone)]).toEqual([[], []])
  expect(await brief(desk)).toEqual(['alice incoming declined'])
})

test('HIST-4 HIST-5 one that nobody answers is missed at all, once, and seen at all when it is seen at one', async () => {
  const { house, desk, phone, ring } = await twoDevices()
  await ring()
  await house.pass(30_000)
  expect([unseen(desk), unseen(phone)]).toEqual([[1], [1]])
  expect(await brief(desk, { missed: true })).toEqual(['alice incoming missed'])
  await phone.send(T.HISTORY_SEEN, { request_id: 'seen' })
  expect(phone.take(T.HISTORY_SEEN)[0]?.payload).toEqual({ unseen: 0, request_id: 'seen' })
  expect(desk.take(T.HISTORY_SEEN)[0]?.payload).toEqual({ unseen: 0 })
})

test('HIST-4 a login tells the device that logs in, and no other', async () => {
  const { house, desk, ring } = await twoDevices()
  await ring()
  await house.pass(30_000)
  unseen(desk)
  const tablet = await house.logIn('bob', CAPABILITIES)
  expect([unseen(tablet), unseen(desk)]).toEqual([[1], []])
})
