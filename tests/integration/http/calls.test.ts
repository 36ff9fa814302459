import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { httpAsk, httpClient } from '../../support/wire/http-client.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()

async function twoPeople() {
  const house = await startHttpDaemon(ends)
  const alice = await httpClient(house.base, 'alice')
  const bob = await httpClient(house.base, 'bob')
  return { ...house, alice, bob }
}

describe('calls by plain requests', () => {
  test('HTTP-27 HTTP-30 it rings, with what came with the call', async () => {
    const { alice, bob } = await twoPeople()
    const invitation = { sdp: 'v=0\r\ns=é\r\n', metadata: { kind: 'video' } }
    const placed = await alice.post('/api/call/initiate', { to_username: 'bob', ...invitation })
    expect(placed.status).toBe(201)
    const { call_id } = placed.body
    expect((await bob.get('/api/signal/incoming')).body).toEqual({
      call: { call_id, from_user_id: alice.userId, from_username: 'alice', ...invitation },
    })
    expect((await alice.get('/api/signal/incoming')).body).toEqual({ call: null })
    expect((await alice.get(`/api/signal/status?call_id=${String(call_id)}`)).body).toMatchObject({
      state: 'ringing',
      duration_ms: 0,
    })
    expect(await alice.post('/api/call/initiate', { to_username: 'nobody' })).toMatchObject({
      status: 404,
      body: { error: 'user_not_found' },
    })
    expect((await alice.post('/api/call/initiate', {})).status).toBe(400)
    expect(await alice.post('/api/call/initiate', { to_user_id: bob.userId })).toMatchObject({
      status: 409,
      body: { error: 'caller_busy' },
    })
  })

  unlessSplit('news')(
    'HTTP-44 HTTP-28 ACCOUNT-9 CALL-20 who wants to be rung is, and says so; who does not is not',
    async () => {
      const { alice, bob } = await twoPeople()
      expect(await bob.post('/api/users/do-not-disturb', { on: true })).toMatchObject({
        status: 200,
        body: { on: true },
      })
      expect(await alice.post('/api/call/initiate', { to_username: 'bob' })).toMatchObject({
        status: 400,
        body: { error: 'do_not_disturb' },
      })
      expect((await bob.post('/api/users/do-not-disturb', { on: false })).body).toEqual({ on: false })
      const { call_id } = (await alice.post('/api/call/initiate', { to_username: 'bob' })).body
      expect((await bob.post('/api/call/alerting', { call_id })).body).toEqual({ call_id, state: 'ringing' })
      expect((await alice.get(`/api/signal/status?call_id=${String(call_id)}`)).body).toMatchObject({
        state: 'ringing',
        alerting: true,
      })
    },
  )

  test('HTTP-28 HTTP-30 a call is accepted, held, muted and ended', async () => {
    const { alice, bob } = await twoPeople()
    const { body } = await alice.post('/api/call/initiate', { to_user_id: bob.userId })
    const { call_id } = body
    expect((await bob.post('/api/call/accept', { call_id })).body).toEqual({ call_id, state: 'incall' })
    expect((await bob.post('/api/call/hold', { call_id })).body).toEqual({ call_id, state: 'onhold' })
    const path = `/api/signal/status?call_id=${String(call_id)}`
    expect((await alice.get(path)).body).toMatchObject({
      state: 'onhold',
      own: { on_hold: false },
      peer: { on_hold: true },
    })
    expect((await bob.post('/api/call/resume', { call_id })).body).toEqual({ call_id, state: 'incall' })
    await bob.post('/api/call/mute', { call_id })
    await bob.post('/api/call/mute', { call_id, video_muted: true, audio_muted: false })
    expect((await alice.get(path)).body).toMatchObject({
      peer: { audio_muted: false, video_muted: true },
    })
    expect((await alice.post('/api/call/end', { call_id })).body).toEqual({ call_id, state: 'ended' })
    for (const person of [alice, bob]) {
      expect((await person.get(path)).body).toMatchObject({ state: 'ended', reason: 'hangup' })
    }
    expect(await bob.post('/api/call/hold', { call_id })).toMatchObject({
      status: 404,
      body: { error: 'call_not_found' },
    })
    expect((await bob.get('/api/signal/status?call_id=other')).status).toBe(404)
  })

  test('HTTP-28 HTTP-30 a call that is declined tells the caller so', async () => {
    const { alice, bob } = await twoPeople()
    const { body } = await alice.post('/api/call/initiate', { to_user_id: bob.userId })
    const { call_id } = body
    expect((await bob.post('/api/call/reject', { call_id })).body).toEqual({ call_id, state: 'ended' })
    const status = await alice.get(`/api/signal/status?call_id=${String(call_id)}`)
    expect(status.body).toMatchObject({ state: 'ended', reason: 'declined', duration_ms: 0 })
  })

  test('HTTP-28 TRANSFER-2 a call is transferred, and the third user has it', async () => {
    const { base, alice, bob } = await twoPeople()
    const carol = await httpClient(base, 'carol')
    const { body } = await alice.post('/api/call/initiate', { to_user_id: bob.userId })
    const { call_id } = body
    await bob.post('/api/call/accept', { call_id })
    expect((await bob.post('/api/call/transfer', { call_id, to_user_id: carol.userId })).body).toEqual({
      call_id,
      state: 'incall',
    })
    const { body: rung } = await carol.get('/api/signal/incoming')
    expect(rung).toMatchObject({ call: { from_username: 'alice' } })
    const { call_id: next } = Object(rung['call'])
    expect((await carol.post('/api/call/accept', { call_id: next })).body).toMatchObject({ state: 'incall' })
    const status = await bob.get(`/api/signal/status?call_id=${String(call_id)}`)
    expect(status.body).toMatchObject({ state: 'ended', reason: 'transferred' })
    expect((await alice.get(`/api/signal/status?call_id=${String(next)}`)).body).toMatchObject({
      state: 'incall',
    })
  })

  test('HTTP-29 signals reach a client over TCP, and come from it, with every character', async () => {
    const { base, connect } = await startHttpDaemon(ends)
    const alice = await httpClient(base, 'alice')
    const bob = { username: 'bob', password_hash: 'x' }
    await httpAsk(`${base}/api/users/register`, 'POST', bob)
    const native = connect()
    native.send(T.LOGIN_REQUEST, bob)
    const { user_id: bobId } = (await native.next(T.LOGIN_RESPONSE)).payload
    const { body } = await alice.post('/api/call/initiate', { to_user_id: bobId })
    const { call_id } = body
    native.send(T.CALL_RESPONSE, { call_id, accepted: true })
    const sdp = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns="/\\ é😀\u2028\r\n'
    expect(await alice.nextEvents(1)).toMatchObject([{ type: 'CALL_ACCEPTED' }])
    expect((await alice.post('/api/signal/offer', { call_id, sdp })).status).toBe(202)
    expect((await native.next(T.SDP_OFFER)).payload).toEqual({
      call_id,
      from_user_id: alice.userId,
      to_user_id: bobId,
      sdp,
    })
    native.send(T.SDP_ANSWER, { call_id, to_user_id: alice.userId, sdp })
    const answered = await alice.nextEvents(2)
    expect(answered).toMatchObject([{ type: 'SDP_ANSWER', sdp }])
    const candidate = {
      candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host',
      sdp_mid: '0',
      sdp_mline_index: 0,
    }
    expect((await alice.post('/api/signal/ice', { call_id, ...candidate })).status).toBe(202)
    expect((await native.next(T.ICE_CANDIDATE)).payload).toMatchObject(candidate)
    expect(await alice.post('/api/signal/answer', { call_id: 'other', sdp })).toMatchObject({ status: 404 })
    expect(await alice.post('/api/signal/ice', { call_id })).toMatchObject({ status: 400 })
  })
})
