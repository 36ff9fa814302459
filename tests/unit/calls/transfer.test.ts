import { describe, expect, test } from 'vitest'
import { createHouse, type HouseClient } from '../../support/house/house.ts'
import { CAPABILITIES, comeBack } from '../../support/house/resuming.ts'
import type { Agreed } from '../../support/house/trio.ts'
import { T } from '../../support/wire/wire.ts'

const CONTROL = ['call_control']

/** alice calls bob, who has accepted; carol and dave are there too. bob has the call on the line. */
async function inCall(ofAlice: Agreed = CAPABILITIES, ofCarol: Agreed = CAPABILITIES) {
  const house = createHouse({ maxSessionsPerUser: 2 })
  const alice = await house.logIn('alice', ofAlice)
  const bob = await house.logIn('bob', CAPABILITIES)
  const carol = await house.logIn('carol', ofCarol)
  const dave = await house.logIn('dave')
  await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
  const call_id = String(bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
  await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
  const all = [alice, bob, carol, dave]
  const forget = () => {
    for (const client of all) client.take()
  }
  forget()
  const transfer = async () => {
    await bob.send(T.CALL_TRANSFER, { call_id, to_user_id: carol.userId })
    return String(bob.take(T.CALL_TRANSFER)[0]?.payload['new_call_id'])
  }
  return { house, alice, bob, carol, dave, call_id, transfer, forget }
}

const accept = (client: HouseClient, call_id: string) =>
  client.send(T.CALL_RESPONSE, { call_id, accepted: true })

/** Of calls: the types that came, with the reason or the state where there is one. */
function told(client: HouseClient): unknown[] {
  return client
    .take()
    .filter(({ type }) => type !== T.USER_STATE_UPDATE && type !== T.HEARTBEAT)
    .map(({ type, payload }) => {
      const why = [payload['state'], payload['reason']].filter((word) => word !== undefined)
      return why.length === 0 ? type : [type, ...why]
    })
}

function states(client: HouseClient): [unknown, unknown][] {
  return client.take(T.USER_STATE_UPDATE).map(({ payload }) => [payload['username'], payload['state']])
}

async function carries(from: HouseClient, to: HouseClient, call_id: string): Promise<boolean> {
  await from.send(T.SDP_OFFER, { call_id, to_user_id: to.userId, sdp: 'v=0' })
  return to.take(T.SDP_OFFER).some(({ payload }) => payload['call_id'] === call_id)
}

describe('a transfer', () => {
  test('TRANSFER-1 rings the third user, and tells both parties, whose call goes on', async () => {
    const { alice, bob, carol, dave, call_id } = await inCall(CONTROL, CONTROL)
    await bob.send(T.CALL_TRANSFER, { call_id, to_user_id: carol.userId })
    const ring = carol.seen()
    const new_call_id = ring[0]?.[1]['call_id']
    const from = { from_user_id: alice.userId, from_username: 'alice' }
    const by = { transferred_by_user_id: bob.userId, transferred_by_username: 'bob' }
    expect(ring).toEqual([[T.CALL_NOTIFICATION, { call_id: new_call_id, ...from, ...by }]])
    const target = { to_user_id: carol.userId, to_username: 'carol' }
    const news = { call_id, from_user_id: bob.userId, ...target, new_call_id, state: 'ringing' }
    expect(alice.seen()).toEqual([[T.CALL_TRANSFER, { ...news, expires_in_ms: 30_000 }]])
    expect(bob.seen()).toMatchObject([[T.CALL_TRANSFER, news]])
    expect(dave.take()).toEqual([])
    expect(await carries(alice, bob, call_id)).toBe(true)
    expect(await carries(bob, alice, call_id)).toBe(true)
  })

  test('TRANSFER-2 that is accepted connects the two others, and frees whoever asked for it', async () => {
    const { house, alice, bob, carol, dave, call_id, transfer, forget } = await inCall(CONTROL, CONTROL)
    const new_call_id = await transfer()
    forget()
    await house.pass(2000)
    await accept(carol, new_call_id)
    const end = { call_id, reason: 'transferred', duration_ms: 2000 }
    const peer = { peer_user_id: carol.userId, peer_username: 'carol' }
    const begin = { call_id: new_call_id, ...peer, role: 'caller', replaces: call_id }
    const ofCalls = (client: HouseClient) => client.seen().filter(([type]) => type !== T.USER_STATE_UPDATE)
    expect(ofCalls(alice)).toEqual([
      [T.HANGUP, end],
      [T.CALL_ACCEPTED, begin],
    ])
    expect(ofCalls(bob)).toMatchObject([[T.HANGUP, end]])
    expect(ofCalls(carol)).toEqual([])
    expect(states(dave)).toEqual([
      ['bob', 'Available'],
      ['carol', 'Busy'],
    ])
    expect(await carries(alice, carol, new_call_id)).toBe(true)
    expect(await carries(carol, alice, new_call_id)).toBe(true)
    expect(await carries(bob, alice, call_id)).toBe(false)
    await carol.send(T.HANGUP, { call_id: new_call_id })
    expect(told(alice)).toEqual([[T.HANGUP, 'hangup']])
    expect(states(dave)).toEqual([
      ['alice', 'Available'],
      ['carol', 'Available'],
    ])
  })

  test('TRANSFER-1 either party may ask for it, and it rings at all devices of the third user', async () => {
    const { house, alice, bob, carol, call_id, forget } = await inCall()
    const other = await house.logIn('carol', CAPABILITIES)
    forget()
    await alice.send(T.CALL_TRANSFER, { call_id, to_user_id: carol.userId })
    const new_call_id = String(other.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
    expect(told(carol)).toEqual([T.CALL_NOTIFICATION])
    await accept(other, new_call_id)
    expect(told(carol)).toEqual([[T.HANGUP, 'answered_elsewhere']])
    expect(told(bob)).toEqual([[T.CALL_TRANSFER, 'ringing'], [T.HANGUP, 'transferred'], T.CALL_ACCEPTED])
    expect(await carries(bob, other, new_call_id)).toBe(true)
  })

  test.each<[string, string, (carol: HouseClient, id: string) => Promise<void>]>([
    ['declines', 'declined', (carol, id) => carol.send(T.CALL_RESPONSE, { call_id: id, accepted: false })],
    ['hangs up', 'hangup', (carol, id) => carol.send(T.HANGUP, { call_id: id })],
    ['logs out', 'logout', (carol) => carol.send(T.LOGOUT_REQUEST, {})],
  ])(
    'TRANSFER-3 fails when the third user %s, and the call goes on as it was',
    async (_does, reason, refuse) => {
      const { alice, bob, carol, dave, call_id, transfer, forget } = await inCall()
      const new_call_id = await transfer()
      await alice.send(T.CALL_UPDATE, { call_id, on_hold: true })
      forget()
      await refuse(carol, new_call_id)
      for (const party of [alice, bob]) expect(told(party)).toEqual([[T.CALL_TRANSFER, 'failed', reason]])
      expect(states(dave).filter(([name]) => name !== 'carol')).toEqual([])
      expect(await carries(alice, bob, call_id)).toBe(true)
      await bob.send(T.CALL_TRANSFER, { call_id, to_user_id: dave.userId })
      expect(told(bob)).toEqual([[T.ERROR, 'cannot_be_transferred']])
    },
  )

  test('TRANSFER-3 fails when nobody answers in time', async () => {
    const { house, alice, bob, carol, call_id, transfer } = await inCall(CONTROL, CONTROL)
    await transfer()
    alice.take()
    carol.take()
    await house.pass(30_000)
    for (const party of [alice, bob])
      expect(party.take(T.CALL_TRANSFER)).toMatchObject([{ payload: { state: 'failed', reason: 'timeout' } }])
    expect(told(carol)).toEqual([[T.HANGUP, 'timeout']])
    expect(await carries(bob, alice, call_id)).toBe(true)
  })

  test.each(['bob, who asked for it,', 'alice, who is handed over,'])(
    'TRANSFER-4 is taken back by %s',
    async (who) => {
      const { alice, bob, carol, dave, call_id, transfer, forget } = await inCall()
      const new_call_id = await transfer()
      forget()
      await (who.startsWith('bob') ? bob : alice).send(T.HANGUP, { call_id: new_call_id })
      for (const party of [alice, bob]) expect(told(party)).toEqual([[T.CALL_TRANSFER, 'failed', 'hangup']])
      expect(told(carol)).toEqual([[T.HANGUP, 'hangup']])
      expect(states(dave)).toEqual([])
      expect(await carries(bob, alice, call_id)).toBe(true)
    },
  )

  test('TRANSFER-4 ends with the call', async () => {
    const { alice, bob, carol, dave, call_id, transfer, forget } = await inCall()
    const new_call_id = await transfer()
    forget()
    await alice.send(T.HANGUP, { call_id })
    expect(told(bob)).toEqual([[T.HANGUP, 'hangup']])
    expect(told(alice)).toEqual([])
    expect(told(carol)).toEqual([[T.HANGUP, 'hangup']])
    await accept(carol, new_call_id)
    expect(told(carol)).toEqual([[T.ERROR, 'call_not_found']])
    await carol.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    expect(told(carol)).toEqual([T.RINGING])
    expect(states(dave)).toContainEqual(['bob', 'Available'])
  })

  test('TRANSFER-4 ends when the party that is handed over is gone for good', async () => {
    const { house, alice, bob, carol, transfer, forget } = await inCall(CONTROL)
    await transfer()
    forget()
    await alice.drop()
    await house.pass(0)
    expect(told(bob)).toEqual([[T.HANGUP, 'peer_disconnected']])
    expect(told(carol)).toEqual([[T.HANGUP, 'hangup']])
  })
})

describe('TRANSFER-5 a transfer is refused', () => {
  test.each<[string, string, (people: Awaited<ReturnType<typeof inCall>>) => string]>([
    ['to nobody', 'user_not_found', () => 'nobody'],
    ['to oneself', 'cannot_call_self', ({ bob }) => bob.userId],
    ['to the other party', 'callee_busy', ({ alice }) => alice.userId],
    ['to a client that does not know it', 'cannot_be_transferred', ({ dave }) => dave.userId],
  ])('%s: %s', async (_, reason, target) => {
    const people = await inCall()
    const { alice, bob, carol, call_id } = people
    await bob.send(T.CALL_TRANSFER, { call_id, to_user_id: target(people) })
    expect(told(bob)).toEqual([[T.ERROR, reason]])
    expect([...told(alice), ...told(carol)]).toEqual([])
    expect(await carries(bob, alice, call_id)).toBe(true)
  })

  test('to somebody who is not there, or busy', async () => {
    const { house, bob, carol, call_id } = await inCall()
    const erin = await house.logIn('erin', CONTROL)
    await erin.send(T.CALL_REQUEST, { to_user_id: carol.userId })
    await bob.send(T.CALL_TRANSFER, { call_id, to_user_id: carol.userId })
    await erin.send(T.LOGOUT_REQUEST, {})
    await bob.send(T.CALL_TRANSFER, { call_id, to_user_id: erin.userId })
    expect(told(bob)).toEqual([
      [T.ERROR, 'callee_busy'],
      [T.ERROR, 'user_unavailable'],
    ])
  })

  test('where the other party does not know it', async () => {
    const { bob, carol, call_id } = await inCall([])
    await bob.send(T.CALL_TRANSFER, { call_id, to_user_id: carol.userId })
    expect(told(bob)).toEqual([[T.ERROR, 'cannot_be_transferred']])
  })

  test('of a call that is another’s, rings, or is being transferred', async () => {
    const { house, alice, bob, carol, call_id, transfer, forget } = await inCall()
    const second = await house.logIn('bob', [...CAPABILITIES, 'devices'])
    const erin = await house.logIn('erin', CONTROL)
    for (const client of [carol, second])
      await client.send(T.CALL_TRANSFER, { call_id, to_user_id: erin.userId })
    await transfer()
    forget()
    for (const party of [alice, bob]) await party.send(T.CALL_TRANSFER, { call_id, to_user_id: erin.userId })
    expect([alice, bob].map(told)).toEqual([[[T.ERROR, 'transfer_pending']], [[T.ERROR, 'transfer_pending']]])
    expect(told(second)).toEqual([[T.ERROR, 'call_not_found']])
    expect(told(erin)).toEqual([])
    await second.send(T.CALL_MOVE, { call_id })
    expect(told(second)).toEqual([[T.ERROR, 'transfer_pending']])
    await bob.send(T.HANGUP, { call_id })
    forget()
    await erin.send(T.CALL_REQUEST, { to_user_id: carol.userId })
    const ringing = String(told(erin).length > 0 && carol.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
    await erin.send(T.CALL_TRANSFER, { call_id: ringing, to_user_id: bob.userId })
    expect(told(erin)).toEqual([[T.ERROR, 'call_not_found']])
  })
})

describe('TRANSFER-6 a transfer and lost connections', () => {
  test('the party that is handed over finds the new call when it is back', async () => {
    const { alice, bob, carol, house, call_id, transfer, forget } = await inCall()
    const new_call_id = await transfer()
    const last = 3
    forget()
    await alice.drop()
    await accept(carol, new_call_id)
    expect(told(bob)).toEqual([
      [T.PEER_STATE, 'reconnecting'],
      [T.HANGUP, 'transferred'],
    ])
    expect(told(carol)).toEqual([[T.PEER_STATE, 'reconnecting']])
    const back = await comeBack(house, alice, last)
    expect(back.resumed['call']).toMatchObject({ call_id: new_call_id, phase: 'active', role: 'caller' })
    expect(back.missed.slice(-2)).toMatchObject([
      { type: T.HANGUP, payload: { call_id, reason: 'transferred' } },
      { type: T.CALL_ACCEPTED, payload: { call_id: new_call_id, replaces: call_id } },
    ])
    expect(told(carol)).toEqual([[T.PEER_STATE, 'connected']])
    expect(await carries(back.client, carol, new_call_id)).toBe(true)
  })

  test.each(['restart', 'crash'] as const)('it goes on after a %s of the server', async (how) => {
    const { house, alice, bob, carol, call_id, transfer } = await inCall()
    const new_call_id = await transfer()
    const next = await house[how]()
    const [a, b, c] = [
      await comeBack(next, alice, 3),
      await comeBack(next, bob, 2),
      await comeBack(next, carol, 1),
    ]
    expect(c.resumed['call']).toMatchObject({ call_id: new_call_id, phase: 'ringing', role: 'callee' })
    for (const { resumed } of [a, b]) expect(resumed['call']).toMatchObject({ call_id, phase: 'active' })
    for (const { client } of [a, b, c]) client.take()
    await accept(c.client, new_call_id)
    expect(told(a.client)).toEqual([[T.HANGUP, 'transferred'], T.CALL_ACCEPTED])
    expect(told(b.client)).toEqual([[T.HANGUP, 'transferred']])
    expect(await carries(a.client, c.client, new_call_id)).toBe(true)
  })
})
