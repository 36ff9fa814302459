import { beforeEach, describe, expect, test } from 'vitest'
import { createHouse, type HouseClient, settled } from '../../support/house/house.ts'
import { createPlainHasher } from '../../support/house/plain-hasher.ts'
import {
  CAPABILITIES,
  candidate,
  comeBack,
  createResuming,
  resume,
  type Resuming,
} from '../../support/house/resuming.ts'
import { type Received, T } from '../../support/wire/wire.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'

let trio: Resuming
let house: Resuming['house']
let alice: HouseClient
let bob: HouseClient

beforeEach(async () => {
  trio = await createResuming()
  ;({ house, alice, bob } = trio)
})

const seqs = (frames: readonly Received[]) => frames.map(({ payload }) => payload['seq'])
const same = (frames: readonly Received[]) => frames.map(({ type, text }) => [type, text])

/** bob sends alice so many candidates. */
async function sendCandidates(call_id: string, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, text))
}

describe('numbered messages', () => {
  test('RESUME-1 who agreed on resume gets a token with the login, and nobody else does', async () => {
    const dora = house.connect()
    await dora.hello(['resume'])
    await dora.send(T.REGISTER_REQUEST, { username: 'dora', password_hash: 'pw' })
    await dora.send(T.LOGIN_REQUEST, { username: 'dora', password_hash: 'pw', request_id: 'l' })
    expect(dora.take(T.LOGIN_RESPONSE)[0]?.payload).toEqual({
      success: true,
      user_id: expect.any(String),
      username: 'dora',
      session_token: expect.stringMatching(/^[\w-]{43}$/),
      resume_window_ms: 60_000,
      request_id: 'l',
    })
    const emil = house.connect()
    await emil.hello(['call_control'])
    await emil.send(T.REGISTER_REQUEST, { username: 'emil', password_hash: 'pw' })
    await emil.send(T.LOGIN_REQUEST, { username: 'emil', password_hash: 'pw' })
    expect(Object.keys(emil.take(T.LOGIN_RESPONSE)[0]?.payload ?? {})).toEqual([
      'success',
      'user_id',
      'username',
    ])
  })

  test('RESUME-1 all messages of a call, errors about them included, are numbered from 1 without a gap; no others are', async () => {
    await alice.send(T.SDP_OFFER, { call_id: 'none', to_user_id: bob.userId, sdp: 's', request_id: 'r' })
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    const call_id = String(bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
    await alice.send(T.CALL_REQUEST, '{')
    await alice.send(T.CALL_ACCEPTED, {})
    await alice.send(T.HEARTBEAT, { timestamp: 1 })
    await alice.send(T.USER_LIST_REQUEST, {})
    await alice.send(T.REGISTER_REQUEST, {})
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await bob.send(T.SDP_OFFER, { call_id, to_user_id: alice.userId, sdp: 'o' })
    await bob.send(T.SDP_ANSWER, { call_id, to_user_id: alice.userId, sdp: 'a' })
    await sendCandidates(call_id, 'c')
    await bob.send(T.CALL_UPDATE, { call_id, on_hold: true })
    await bob.drop()
    await comeBack(house, bob, 1)
    const second = await house.logIn('bob', CAPABILITIES)
    await second.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    await alice.send(T.CALL_RESPONSE, { call_id: 'none', accepted: true })
    await second.send(T.LOGOUT_REQUEST, {})
    const all = alice.take()
    const numbered = all.filter(({ payload }) => 'seq' in payload)
    expect(seqs(numbered)).toEqual(numbered.map((_, i) => i + 1))
    expect(numbered.map(({ type, payload }) => [type, payload['in_reply_to']])).toEqual([
      [T.ERROR, T.SDP_OFFER],
      [T.RINGING, undefined],
      [T.ERROR, T.CALL_REQUEST],
      [T.ERROR, T.CALL_ACCEPTED],
      [T.CALL_ACCEPTED, undefined],
      [T.SDP_OFFER, undefined],
      [T.SDP_ANSWER, undefined],
      [T.ICE_CANDIDATE, undefined],
      [T.CALL_UPDATE, undefined],
      [T.PEER_STATE, undefined],
      [T.PEER_STATE, undefined],
      [T.HANGUP, undefined],
      [T.CALL_NOTIFICATION, undefined],
      [T.ERROR, T.CALL_RESPONSE],
      [T.HANGUP, undefined],
    ])
    expect(numbered[0]?.text).toMatch(/,"seq":1,"request_id":"r"\}$/)
    const others = new Set(all.filter((frame) => !numbered.includes(frame)).map(({ type }) => type))
    expect([...others].toSorted((a, b) => a - b)).toEqual([
      T.USER_LIST_RESPONSE,
      T.USER_STATE_UPDATE,
      T.HEARTBEAT,
      T.ERROR,
    ])
  })

  test('RESUME-1 a declined call is numbered to the caller, and each session counts for itself', async () => {
    const call_id = await trio.ring()
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: false })
    expect(seqs(alice.take(T.CALL_DECLINED))).toEqual([2])
    const again = await house.logIn('alice', CAPABILITIES)
    await again.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(seqs(again.take(T.RINGING))).toEqual([1])
    expect(seqs(bob.take(T.CALL_NOTIFICATION))).toEqual([2])
  })

  test('RESUME-1 what is acknowledged is forgotten, and what comes after it is kept', async () => {
    const call_id = await trio.connect()
    await sendCandidates(call_id, 'three', 'four')
    await alice.send(T.HEARTBEAT, { timestamp: 7, ack: 3 })
    expect(alice.take(T.HEARTBEAT)).toMatchObject([{ text: '{"timestamp":7}' }])
    await alice.drop()
    const early = await resume(house, { session_token: alice.token, last_seq: 2 })
    expect(early.seen()).toEqual([[T.RESUME_REFUSED, { reason: 'overflow' }]])
    expect(seqs((await comeBack(house, alice, 3)).missed)).toEqual([4])
  })

  test('RESUME-1 an ack of what was never sent is refused and lets go of nothing', async () => {
    await alice.send(T.HEARTBEAT, { timestamp: 1, ack: 0 })
    await alice.send(T.HEARTBEAT, { timestamp: 2, ack: 1, request_id: 'h' })
    expect(alice.seen()).toMatchObject([
      [T.HEARTBEAT, { timestamp: 1 }],
      [T.ERROR, { code: 400, reason: 'invalid_field', in_reply_to: T.HEARTBEAT, request_id: 'h' }],
    ])
    await trio.connect()
    await alice.send(T.HEARTBEAT, { timestamp: 3, ack: 3 })
    expect(alice.seen()).toMatchObject([[T.ERROR, { reason: 'invalid_field' }]])
    await alice.drop()
    expect(seqs((await comeBack(house, alice, 0)).missed)).toEqual([1, 2])
  })
})

describe('going on', () => {
  test('RESUME-2 a session to which nothing was ever sent goes on, without a password', async () => {
    let asked = 0
    const hasher = createPlainHasher(() => {
      asked += 1
      return Promise.resolve()
    })
    const quiet = createHouse({ hasher })
    const client = await quiet.logIn('alice', CAPABILITIES)
    await client.drop()
    asked = 0
    const request = { session_token: client.token, last_seq: 0, request_id: 'r' }
    const back = await resume(quiet, request)
    expect(back.seen()).toEqual([
      [
        T.RESUMED,
        {
          user_id: client.userId,
          username: 'alice',
          session_token: expect.stringMatching(/^[\w-]{43}$/),
          resume_window_ms: 60_000,
          replayed: 0,
          received: 0,
          call: null,
          request_id: 'r',
        },
      ],
      [T.USER_LIST_RESPONSE, { users: [{ user_id: client.userId, username: 'alice', state: 'Available' }] }],
    ])
    expect(asked).toBe(0)
  })

  test('RESUME-2 a login on the way is not needed first: HELLO is', async () => {
    await alice.drop()
    const client = house.connect()
    await client.hello(['call_control'])
    client.take()
    await client.send(T.RESUME, { session_token: alice.token, last_seq: 0 })
    expect(client.seen()).toMatchObject([[T.ERROR, { reason: 'not_negotiated', in_reply_to: T.RESUME }]])
    expect((await comeBack(house, alice, 0)).resumed).toMatchObject({ username: 'alice' })
  })

  test.each([0, 1, 2, 3, 4, 5, 6])(
    'RESUME-2 a client that has %i of six messages gets the rest, byte for byte and in order, before the user list',
    async (last_seq) => {
      const { token } = alice
      await alice.send(T.HANGUP, { call_id: 'none', request_id: 'é' })
      await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
      const call_id = String(bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
      await bob.send(T.CALL_RESPONSE, { call_id, accepted: true, sdp: 'v=0\r\n' })
      await sendCandidates(call_id, 'ü four')
      const written = alice.take().filter(({ payload }) => 'seq' in payload)
      await alice.drop()
      await sendCandidates(call_id, '5/5', '')
      const { client, resumed, missed, after } = await comeBack(house, alice, last_seq)
      expect(resumed).toMatchObject({ replayed: 6 - last_seq, call: { call_id, phase: 'active' } })
      expect(seqs(missed)).toEqual([1, 2, 3, 4, 5, 6].slice(last_seq))
      expect(same(missed.filter(({ payload }) => Number(payload['seq']) <= 4))).toEqual(
        same(written.slice(last_seq)),
      )
      expect(
        missed.filter(({ type }) => type === T.ICE_CANDIDATE).map(({ payload }) => payload['candidate']),
      ).toEqual(['ü four', '5/5', ''].slice(Math.max(0, last_seq - 3)))
      expect(after.map(({ type }) => type)).toEqual([T.USER_LIST_RESPONSE])
      expect(after[0]?.payload).not.toHaveProperty('request_id')
      expect(client.token).not.toBe(token)
      await sendCandidates(call_id, 'seven')
      expect(seqs(client.take(T.ICE_CANDIDATE))).toEqual([7])
    },
  )

  test('RESUME-2 the user list is the truth about what was not told meanwhile', async () => {
    await alice.drop()
    await bob.send(T.CALL_REQUEST, { to_user_id: trio.carol.userId })
    const { after } = await comeBack(house, alice, 0)
    expect(after[0]?.payload['users']).toEqual([
      { user_id: alice.userId, username: 'alice', state: 'Available' },
      { user_id: bob.userId, username: 'bob', state: 'Busy' },
      { user_id: trio.carol.userId, username: 'carol', state: 'Available' },
    ])
  })
})

describe('what the client has sent', () => {
  test('RESUME-4 RESUMED says how many messages of calls were taken, refused and malformed ones included', async () => {
    const call_id = await trio.connect()
    await alice.send(T.CALL_UPDATE, { call_id, audio_muted: true })
    await alice.send(T.SDP_OFFER, { call_id, to_user_id: bob.userId, sdp: 's' })
    await alice.send(T.ICE_CANDIDATE, candidate('none', bob, 'refused'))
    await alice.send(T.HANGUP, '{')
    await alice.send(T.CALL_UPDATE, {})
    await alice.send(T.HEARTBEAT, { timestamp: 1 })
    await alice.send(T.USER_LIST_REQUEST, {})
    await alice.send(T.REGISTER_REQUEST, {})
    await alice.send(0x7f, {})
    await alice.drop()
    const first = await comeBack(house, alice, 2)
    expect(first.resumed).toMatchObject({ received: 6 })
    await first.client.send(T.SDP_ANSWER, { call_id, to_user_id: bob.userId, sdp: 's' })
    await first.client.drop()
    expect((await comeBack(house, first.client, 5)).resumed).toMatchObject({ received: 7 })
    await bob.drop()
    expect((await comeBack(house, bob, 0)).resumed).toMatchObject({ received: 1 })
  })

  unlessShared('own store')(
    'RESUME-4 a request taken just before the connection broke is carried out, and counted',
    async () => {
      let open: () => void = () => undefined
      const gate = new Promise<void>((resolve) => (open = resolve))
      const { calls } = house.ports
      const reserve = calls.reserve.bind(calls)
      calls.reserve = async (call) => {
        await gate
        return reserve(call)
      }
      const sent = alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
      await alice.drop()
      const back = house.connect()
      await back.hello(CAPABILITIES)
      back.take()
      const resumed = back.send(T.RESUME, { session_token: alice.token, last_seq: 0 })
      await settled()
      expect([...bob.take(), ...back.take()]).toEqual([])
      open()
      await Promise.all([sent, resumed])
      expect(bob.seen()).toMatchObject([
        [T.CALL_NOTIFICATION, { from_username: 'alice' }],
        [T.USER_STATE_UPDATE, { username: 'alice', state: 'Busy' }],
        [T.PEER_STATE, { state: 'reconnecting' }],
        [T.PEER_STATE, { state: 'connected' }],
      ])
      expect(back.seen()).toMatchObject([
        [T.RESUMED, { received: 1, replayed: 1, call: { phase: 'ringing', role: 'caller' } }],
        [T.RINGING, { seq: 1 }],
        [T.USER_LIST_RESPONSE, {}],
      ])
    },
  )

  unlessShared('own store')(
    'RESUME-4 the refusal of a request taken just before the connection broke comes with the replay',
    async () => {
      const { calls } = house.ports
      calls.reserve = () => {
        alice.endpoint.lost()
        return Promise.reject(new Error('broken'))
      }
      await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, request_id: 'r' })
      const { missed } = await comeBack(house, alice, 0)
      expect(missed).toMatchObject([
        {
          type: T.ERROR,
          payload: { reason: 'internal', in_reply_to: T.CALL_REQUEST, seq: 1, request_id: 'r' },
        },
      ])
    },
  )
})
