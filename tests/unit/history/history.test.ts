import { beforeEach, describe, expect, test } from 'vitest'
import {
  brief,
  type Callers,
  createCallers,
  history,
  HISTORY,
  logIn,
  ring,
  unseen,
} from '../../support/house/callers.ts'
import type { HouseClient } from '../../support/house/house.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

let house: Callers['house']
let alice: Callers['alice']
let bob: Callers['bob']

beforeEach(async () => {
  ;({ house, alice, bob } = await createCallers())
})

describe('a call that has ended', () => {
  test('HIST-1 was answered: both find it, with the time active and when it began to ring', async () => {
    const call_id = await ring(alice, bob)
    await house.pass(5000)
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await house.pass(61_000)
    await alice.send(T.HANGUP, { call_id })
    await house.pass(1000)
    const common = {
      call_id,
      started_at: 1_700_000_000_000,
      duration_ms: 61_000,
      outcome: 'answered',
      seen: true,
    }
    expect(await history(alice)).toEqual({
      entries: [
        expect.objectContaining({
          ...common,
          peer_user_id: bob.userId,
          peer_username: 'bob',
          direction: 'outgoing',
        }),
      ],
      unseen: 0,
    })
    expect(await history(bob)).toEqual({
      entries: [
        expect.objectContaining({
          ...common,
          peer_user_id: alice.userId,
          peer_username: 'alice',
          direction: 'incoming',
        }),
      ],
      unseen: 0,
    })
  })

  test.each<[string, string, string, (call_id: string) => Promise<void>]>([
    ['rang too long', 'no_answer', 'missed', () => house.pass(30_000)],
    ['was cancelled', 'cancelled', 'missed', (call_id) => alice.send(T.HANGUP, { call_id })],
    [
      'was declined',
      'declined',
      'declined',
      (call_id) => bob.send(T.CALL_RESPONSE, { call_id, accepted: false }),
    ],
    [
      'was hung up by the callee while it rang',
      'declined',
      'declined',
      (call_id) => bob.send(T.HANGUP, { call_id }),
    ],
    ['lost its caller', 'failed', 'missed', () => alice.send(T.LOGOUT_REQUEST, {})],
    ['lost its callee', 'failed', 'missed', () => bob.send(T.LOGOUT_REQUEST, {})],
  ])('HIST-1 HIST-4 %s', async (_, callers, callees, end) => {
    await end(await ring(alice, bob))
    for (const client of [alice, bob]) await client.send(T.LOGOUT_REQUEST, {})
    const missed = callees === 'missed' ? 1 : 0
    const again = [await logIn(house, 'alice'), await logIn(house, 'bob')] as const
    expect(again.map(unseen)).toEqual([[0], [missed]])
    expect(await brief(again[0])).toEqual([`bob outgoing ${callers}`])
    expect(await brief(again[1])).toEqual([`alice incoming ${callees}`])
    expect(await brief(again[1], { missed: true })).toHaveLength(missed)
  })
})

describe('a call that is refused', () => {
  test('HIST-2 HIST-4 nobody is logged in as the callee: it finds the missed call when it logs in', async () => {
    await bob.send(T.LOGOUT_REQUEST, {})
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(alice.take(T.ERROR)[0]?.payload['reason']).toBe('user_unavailable')
    expect(await brief(alice)).toEqual(['bob outgoing unavailable'])
    const again = await logIn(house, 'bob')
    expect(again.take().map(({ type }) => type)).toEqual([T.HISTORY_SEEN])
    expect(await brief(again)).toEqual(['alice incoming missed'])
  })

  test('HIST-2 ACCOUNT-9 the callee does not want to be disturbed: it has missed the call', async () => {
    const carol = await logIn(house, 'carol', [...HISTORY, 'account'])
    await carol.send(T.DO_NOT_DISTURB, { on: true })
    await alice.send(T.CALL_REQUEST, { to_user_id: carol.userId })
    expect(alice.take(T.ERROR)[0]?.payload['reason']).toBe('do_not_disturb')
    expect(await brief(alice)).toEqual(['carol outgoing unavailable'])
    expect(await brief(carol)).toEqual(['alice incoming missed'])
  })

  test('HIST-2 HIST-4 the callee is in another call: it is told at once, and that call goes on', async () => {
    const carol = await logIn(house, 'carol')
    const call_id = await ring(alice, bob)
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    bob.take()
    await house.pass(1000)
    await carol.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(bob.seen()).toEqual([[T.HISTORY_SEEN, { unseen: 1 }]])
    expect(await brief(carol)).toEqual(['bob outgoing busy'])
    expect(await brief(bob)).toEqual(['carol incoming missed'])
    await bob.send(T.HANGUP, { call_id })
    expect(await brief(bob)).toEqual(['carol incoming missed', 'alice incoming answered'])
  })

  test('HIST-2 any other refusal leaves nothing', async () => {
    await ring(alice, bob)
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    await alice.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    await alice.send(T.CALL_REQUEST, { to_user_id: 'nobody' })
    expect(alice.take(T.ERROR)).toHaveLength(3)
    expect([await brief(alice), await brief(bob)]).toEqual([[], []])
  })
})

describe('the ring of a transfer', () => {
  const handOver = async () => {
    const carol = await logIn(house, 'carol')
    const call_id = await ring(alice, bob)
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await house.pass(1000)
    await bob.send(T.CALL_TRANSFER, { call_id, to_user_id: carol.userId })
    return { carol, call_id, new_call_id: String(carol.take(T.CALL_NOTIFICATION)[0]?.payload['call_id']) }
  }

  test.each<[string, string, (carol: HouseClient, id: string) => Promise<void>]>([
    ['declines', 'declined', (carol, call_id) => carol.send(T.CALL_RESPONSE, { call_id, accepted: false })],
    ['does not answer', 'missed', () => house.pass(30_000)],
    ['is rung no more', 'missed', (_, call_id) => alice.send(T.HANGUP, { call_id })],
  ])(
    'HIST-1 the third user %s: no entry for who is handed over and has called nobody',
    async (_, outcome, end) => {
      const { carol, call_id, new_call_id } = await handOver()
      await end(carol, new_call_id)
      expect(await brief(carol)).toEqual([`alice incoming ${outcome}`])
      await bob.send(T.HANGUP, { call_id })
      expect(await brief(alice)).toEqual(['bob outgoing answered'])
      expect(await brief(bob)).toEqual(['alice incoming answered'])
    },
  )

  test('HIST-1 was accepted, also after a crash: both have been in the call', async () => {
    const { carol, new_call_id } = await handOver()
    house = await house.crash()
    const third = (await comeBack(house, carol, 1)).client
    const handedOver = (await comeBack(house, alice, 3)).client
    await third.send(T.CALL_RESPONSE, { call_id: new_call_id, accepted: true })
    await house.pass(1000)
    await third.send(T.HANGUP, { call_id: new_call_id })
    expect(await brief(third)).toEqual(['alice incoming answered'])
    expect(await brief(handedOver)).toEqual(['carol outgoing answered', 'bob outgoing answered'])
  })
})

describe('beyond the connection and the process', () => {
  test('HIST-4 HIST-1 who was away while it rang is told when it is back', async () => {
    await bob.drop()
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    await house.pass(30_000)
    const { client, after } = await comeBack(house, bob, 0)
    expect(after.filter(({ type }) => type === T.HISTORY_SEEN).map(({ payload }) => payload)).toEqual([
      { unseen: 1 },
    ])
    expect(await brief(client)).toEqual(['alice incoming missed'])
  })

  test('HIST-7 a call that rings during a crash is missed in the next run', async () => {
    await ring(alice, bob)
    await house.pass(1000)
    house = await house.crash(2000)
    await house.pass(30_000)
    const { client } = await comeBack(house, bob, 1)
    expect(await history(client)).toMatchObject({
      entries: [{ outcome: 'missed', started_at: 1_700_000_000_000 }],
      unseen: 1,
    })
  })

  test('HIST-7 a call that is active during a restart is one entry when it ends', async () => {
    const call_id = await ring(alice, bob)
    await house.pass(1000)
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await house.pass(9000)
    house = await house.restart(5000)
    const back = await comeBack(house, bob, 1)
    await house.pass(1000)
    await back.client.send(T.HANGUP, { call_id })
    expect(await history(back.client)).toMatchObject({
      entries: [{ call_id, outcome: 'answered', started_at: 1_700_000_000_000, duration_ms: 15_000 }],
    })
  })

  test('HIST-1 a call that a stop cuts while it rings is missed', async () => {
    await bob.send(T.LOGOUT_REQUEST, {})
    bob = await logIn(house, 'bob', ['history'])
    await ring(alice, bob)
    house = await house.restart()
    bob = await logIn(house, 'bob')
    expect(await brief(bob)).toEqual(['alice incoming missed'])
  })
})

describe('an account that is removed', () => {
  test('HIST-8 takes its history with it; the other keeps the call without the name', async () => {
    await ring(alice, bob)
    await house.pass(30_000)
    expect(await brief(bob)).toEqual(['alice incoming missed'])
    await alice.send(T.LOGOUT_REQUEST, {})
    alice = await logIn(house, 'alice', [...HISTORY, 'account'])
    await alice.send(T.DELETE_ACCOUNT, { password_hash: 'pw' })
    expect(alice.take(T.ACCOUNT_DELETED)).toHaveLength(1)
    expect(await brief(bob)).toEqual([' incoming missed'])
    expect([...house.ports.history.users()]).toEqual([bob.userId])
  })

  test('HIST-8 HIST-10 does not come back by what the other tells of the last call', async () => {
    const carol = await logIn(house, 'carol', [...HISTORY, 'account'])
    const call_id = await ring(alice, carol)
    await carol.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await carol.send(T.DELETE_ACCOUNT, { password_hash: 'pw' })
    expect(alice.take(T.HANGUP)).toHaveLength(1)
    await alice.send(T.CALL_QUALITY, { call_id, score: 5 })
    const { history: kept } = house.ports
    expect([...kept.users()]).toEqual([alice.userId])
    const [user] = kept.users()
    if (user === undefined) throw new Error('no history')
    const { calls } = kept.page(user, { missed: false, limit: 1 })
    expect(calls).toMatchObject([{ seen: true, record: { id: call_id, quality: { caller: { score: 5 } } } }])
  })
})
