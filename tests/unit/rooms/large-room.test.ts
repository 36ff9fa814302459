import { expect, test } from 'vitest'
import { roomRules } from '../../../src/daemon/settings.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { createHouse, type HouseClient } from '../../support/house/house.ts'
import { join } from '../../support/house/room-house.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { ROOM_CAPABILITIES } from '../../support/house/roommate.ts'
import { T } from '../../support/wire/wire.ts'

const WINDOW_MS = 50

/** 50 in a room, and ten more who enter it in the same moment; the last of those sends an offer to each. */
async function crowd() {
  const house = createHouse({
    presenceWindowMs: WINDOW_MS,
    roomRules: roomRules(configSchema.parse({ rooms: { max_members: 100 } })),
  })
  const enter = (count: number, name: string, capabilities = ROOM_CAPABILITIES) =>
    Promise.all(Array.from({ length: count }, (_, n) => house.logIn(`${name}${n}`, capabilities)))
  const inside = [...(await enter(40, 'in')), ...(await enter(10, 'plain', ['rooms']))]
  const newcomers = await enter(10, 'new')
  for (const client of inside) await join(client)
  await house.pass(WINDOW_MS)
  for (const client of inside) client.take()
  for (const client of newcomers) await join(client)
  return { house, inside, newcomers }
}

const news = (client: HouseClient) =>
  client.take(T.ROOM_MEMBER).map(({ payload }) => memberOf(payload['member']))

function memberOf(member: unknown): unknown {
  return typeof member === 'object' && member !== null && 'username' in member ? member.username : undefined
}

const NEW = Array.from({ length: 10 }, (_, n) => `new${n}`)

test('ROOM-15 who is in a large room is told of the first newcomer at once, and of those in the same moment together', async () => {
  const { house, inside } = await crowd()
  for (const client of inside) expect(news(client)).toEqual(NEW.slice(0, 1))
  await house.pass(WINDOW_MS)
  for (const client of inside) expect(news(client)).toEqual(NEW.slice(1))
})

test('ROOM-15 an offer does not overtake the news of who sends it', async () => {
  const { inside, newcomers } = await crowd()
  const last = newcomers[9]
  for (const client of [inside[0], inside[45]]) {
    client?.take()
    await last?.send(T.SDP_OFFER, { call_id: 'voice', to_user_id: client?.userId, sdp: 'v=0\r\n' })
    const heard = client?.take().filter(({ type }) => type !== T.USER_STATE_UPDATE) ?? []
    expect(heard.map(({ type }) => type)).toEqual([...Array<number>(9).fill(T.ROOM_MEMBER), T.SDP_OFFER])
  }
})

test('ROOM-15 ROOM-9 what waited when a connection was lost is told to who comes back, once', async () => {
  const { house, inside } = await crowd()
  const [first] = inside
  if (first === undefined) throw new Error('nobody')
  const seq = Number(first.take(T.ROOM_MEMBER).at(-1)?.payload['seq'])
  await first.drop()
  const { missed, client } = await comeBack(house, first, seq)
  expect(missed.map(({ payload }) => memberOf(payload['member']))).toEqual(NEW.slice(1))
  await house.pass(WINDOW_MS)
  expect(news(client)).toEqual([])
})
