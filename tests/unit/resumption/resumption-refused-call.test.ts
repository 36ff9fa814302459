import { beforeEach, expect, test } from 'vitest'
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
import { unlessShared } from '../../support/house/unless-shared.ts'

let trio: Resuming
let house: Resuming['house']
let alice: HouseClient
let bob: HouseClient
let call_id: string

beforeEach(async () => {
  trio = await createResuming({ limits: { max_outbox_frames: 4 } })
  ;({ house, alice, bob } = trio)
  call_id = await trio.connect()
  bob.take()
})

/** What bob has been told of the end of the call. */
function ends(): readonly unknown[] {
  return bob.take(T.HANGUP).map(({ payload }) => payload['reason'])
}

async function expectRefused(last_seq: number, reason: string): Promise<void> {
  const client = await resume(house, { session_token: alice.token, last_seq })
  expect(client.seen()).toEqual([[T.RESUME_REFUSED, { reason }]])
}

test('RESUME-16 expired: the other party was told peer_disconnected as the window was over', async () => {
  await alice.drop()
  await house.pass(60_000)
  expect(ends()).toEqual(['peer_disconnected'])
  await expectRefused(0, 'expired')
  expect(ends()).toEqual([])
})

test('RESUME-16 replaced by a login: the other party was told replaced at that login', async () => {
  await alice.drop()
  await house.logIn('alice', CAPABILITIES)
  expect(ends()).toEqual(['replaced'])
  await expectRefused(0, 'replaced')
})

test('RESUME-16 replaced by a newer token: the call goes on with whoever has it', async () => {
  const { client } = await comeBack(house, alice, 0)
  await client.send(T.HEARTBEAT, { timestamp: 1 })
  await expectRefused(0, 'replaced')
  expect(ends()).toEqual([])
  client.take()
  await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'c'))
  expect(client.take(T.ICE_CANDIDATE)).toHaveLength(1)
})

test('RESUME-16 unknown after a logout: the other party was told logout', async () => {
  await alice.send(T.LOGOUT_REQUEST, {})
  expect(ends()).toEqual(['logout'])
  await expectRefused(0, 'unknown')
})

unlessShared('journal')(
  'RESUME-16 unknown after a restart: the other party, which can resume, is told shutdown',
  async () => {
    await alice.drop()
    await bob.drop()
    const account = await house.ports.users.findByName('alice')
    if (account !== undefined) await house.ports.users.setDisabled(account.id, true)
    const next = await house.restart()
    const refused = await resume(next, { session_token: alice.token, last_seq: 0 })
    expect(refused.seen()).toEqual([[T.RESUME_REFUSED, { reason: 'unknown' }]])
    const { resumed, missed } = await comeBack(next, bob, 2)
    expect([resumed, missed]).toMatchObject([
      { call: null },
      [{ type: T.HANGUP, payload: { call_id, reason: 'shutdown' } }],
    ])
  },
)

test.each([
  ['as the client logs in anew', 'replaced', () => house.logIn('alice', CAPABILITIES)],
  ['once the window is over', 'peer_disconnected', () => house.pass(60_000)],
])('RESUME-16 overflow: the call ends %s, with reason %s', async (_when, reason, end) => {
  await alice.drop()
  for (const text of ['1', '2', '3', '4', '5', '6'])
    await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, text))
  await expectRefused(0, 'overflow')
  expect(ends()).toEqual([])
  await end()
  expect(ends()).toEqual([reason])
})

test('RESUME-16 a signal about the call that has ended is ERROR 404, and a new call can be placed', async () => {
  await alice.drop()
  const again = await house.logIn('alice', CAPABILITIES)
  bob.take()
  await again.send(T.ICE_CANDIDATE, candidate(call_id, bob, 'late'))
  expect(again.take(T.ERROR)).toMatchObject([{ payload: { code: 404, reason: 'call_not_found' } }])
  await again.send(T.CALL_REQUEST, { to_user_id: bob.userId })
  expect(bob.take(T.CALL_NOTIFICATION)).toMatchObject([{ payload: { from_username: 'alice' } }])
})
