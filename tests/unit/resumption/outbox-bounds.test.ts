import { beforeEach, describe, expect, test } from 'vitest'
import type { HouseClient } from '../../support/house/house.ts'
import {
  CAPABILITIES,
  candidate,
  comeBack,
  createResuming,
  resume,
  type Resuming,
} from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

const OFFER = 'v=0\r\n'.padEnd(60_000, 'x')

let trio: Resuming
let house: Resuming['house']
let alice: HouseClient
let bob: HouseClient

async function begin(options: Parameters<typeof createResuming>[0] = {}): Promise<void> {
  trio = await createResuming(options)
  ;({ house, alice, bob } = trio)
}

/** Somebody calls alice with a large offer, and hangs up before she answers: the call's id. */
async function miss(stranger: HouseClient): Promise<string> {
  await stranger.send(T.CALL_REQUEST, { to_user_id: alice.userId, sdp: OFFER })
  const call_id = String(stranger.take(T.RINGING)[0]?.payload['call_id'])
  await stranger.send(T.HANGUP, { call_id })
  stranger.take()
  return call_id
}

beforeEach(() => begin())

describe('RESUME-14 what others put into an outbox', () => {
  test('a stranger who rings somebody who is away again and again, with an offer, costs nobody the session', async () => {
    await alice.drop()
    const missed: string[] = []
    for (let call = 0; call < 50; call++) missed.push(await miss(bob))
    const { missed: replayed, resumed } = await comeBack(house, alice, 0)
    expect(resumed).toMatchObject({ replayed: 50, call: null })
    expect(replayed.map(({ type, payload }) => [type, payload])).toEqual(
      missed.map((call_id, at) => [
        T.HANGUP,
        {
          call_id,
          reason: 'hangup',
          duration_ms: 0,
          from_user_id: bob.userId,
          from_username: 'bob',
          seq: at + 1,
        },
      ]),
    )
  })

  test('of more missed calls than a hundred the last hundred are told of, and nothing else is lost', async () => {
    await begin({ limits: { max_outbox_frames: 120 } })
    const call_id = await trio.connect()
    await alice.drop()
    await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'still owed'))
    await bob.send(T.HANGUP, { call_id })
    let last = ''
    for (let call = 0; call < 300; call++) last = await miss(bob)
    const { missed } = await comeBack(house, alice, 2)
    expect(missed).toHaveLength(102)
    expect(missed.slice(0, 2)).toMatchObject([
      { type: T.ICE_CANDIDATE, payload: { candidate: 'still owed', seq: 3 } },
      { type: T.HANGUP, payload: { call_id, seq: 4 } },
    ])
    expect(missed.at(-1)).toMatchObject({ type: T.HANGUP, payload: { call_id: last, seq: 104 } })
  })

  test('a caller whose connection comes and goes while it rings leaves one line about that', async () => {
    await alice.drop()
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    let caller = bob
    for (let loss = 0; loss < 20; loss++) {
      await caller.drop()
      caller = (await comeBack(house, caller, 0)).client
    }
    const { missed } = await comeBack(house, alice, 0)
    expect(missed.map(({ type }) => type)).toEqual([T.CALL_NOTIFICATION, T.PEER_STATE])
    expect(missed.at(-1)?.payload).toMatchObject({ state: 'connected', seq: 2 })
  })

  test('one who is there and has not acknowledged keeps its numbers, and the offers are let go of', async () => {
    const first = await miss(bob)
    for (let call = 0; call < 49; call++) await miss(bob)
    await alice.drop()
    const { missed, resumed } = await comeBack(house, alice, 0)
    expect(resumed).toMatchObject({ replayed: 100 })
    expect(missed.map(({ payload }) => payload['seq'])).toEqual(
      Array.from({ length: 100 }, (_, at) => at + 1),
    )
    expect(missed[0]?.payload).toEqual({
      call_id: first,
      from_user_id: bob.userId,
      from_username: 'bob',
      seq: 1,
    })
  })

  test('a ring that goes on is replayed whole, with its offer', async () => {
    await alice.drop()
    await miss(bob)
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId, sdp: OFFER })
    const { missed, resumed } = await comeBack(house, alice, 0)
    expect(resumed).toMatchObject({ call: { phase: 'ringing' } })
    expect(missed.map(({ type }) => type)).toEqual([T.HANGUP, T.CALL_NOTIFICATION])
    expect(missed[1]?.payload).toMatchObject({ sdp: OFFER, seq: 2 })
  })

  test('CALL-17 a larger offer is refused to its caller', async () => {
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId, sdp: OFFER.padEnd(66_000, 'x') })
    expect(bob.take(T.ERROR)).toMatchObject([{ payload: { code: 413, reason: 'message_too_large' } }])
    expect(alice.take()).toEqual([])
  })

  test('RESUME-13 it is all the same after a crash', async () => {
    await alice.drop()
    const missed = [await miss(bob), await miss(bob)]
    const next = await house.crash()
    const { missed: replayed } = await comeBack(next, alice, 0)
    expect(replayed.map(({ payload }) => [payload['call_id'], payload['seq']])).toEqual([
      [missed[0], 1],
      [missed[1], 2],
    ])
  })
})

describe('RESUME-15 all outboxes together', () => {
  /** A pair in a call, of which the first is away and is owed so many bytes. */
  async function owe(name: string, bytes: number) {
    const [away, peer] = [
      await house.logIn(name, CAPABILITIES),
      await house.logIn(`${name}s peer`, CAPABILITIES),
    ]
    await peer.send(T.CALL_REQUEST, { to_user_id: away.userId })
    const call_id = String(away.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
    await away.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await away.drop()
    for (let left = bytes; left > 0; left -= 50_000)
      await peer.send(T.SDP_OFFER, {
        call_id,
        to_user_id: away.userId,
        sdp: 'x'.repeat(Math.min(left, 50_000)),
      })
    return { away, peer, call_id }
  }

  test('beyond the bound the fullest who are away lose theirs, first', async () => {
    await begin({ maxTotalOutboxBytes: 1_000_000 })
    const small = await owe('small', 100_000)
    const full = await owe('full', 700_000)
    const other = await owe('other', 300_000)
    const refused = await resume(house, { session_token: full.away.token, last_seq: 1 })
    expect(refused.seen()).toEqual([[T.RESUME_REFUSED, { reason: 'overflow' }]])
    expect((await comeBack(house, small.away, 1)).missed).toHaveLength(2)
    expect((await comeBack(house, other.away, 1)).missed).toHaveLength(6)
  })

  test('who has a connection never suffers', async () => {
    await begin({ maxTotalOutboxBytes: 500_000 })
    const call_id = await trio.connect()
    for (let n = 0; n < 20; n++)
      await bob.send(T.SDP_OFFER, { call_id, to_user_id: alice.userId, sdp: 'x'.repeat(50_000) })
    await alice.drop()
    expect((await comeBack(house, alice, 2)).missed).toHaveLength(20)
  })

  test('what is acknowledged, or belongs to a session that is over, makes room', async () => {
    await begin({ maxTotalOutboxBytes: 500_000 })
    for (let round = 0; round < 5; round++) {
      const { away, peer } = await owe(`away ${round}`, 300_000)
      const { client, missed } = await comeBack(house, away, 1)
      expect(missed).toHaveLength(6)
      await client.send(T.HEARTBEAT, { timestamp: 1, ack: Number(missed.at(-1)?.payload['seq']) })
      await peer.send(T.LOGOUT_REQUEST, {})
    }
  })
})
