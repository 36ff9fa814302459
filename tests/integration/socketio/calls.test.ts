import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startSocketIoDaemon, type Way } from '../../support/house/socket-io-daemon.ts'
import type { RawClient } from '../../support/wire/raw-client.ts'
import type { SocketIoPerson } from '../../support/wire/socket-io-client.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()

const WAYS: readonly Way[] = ['polling', 'websocket']
const OFFER = { type: 'offer', sdp: 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=é"\\/\u{1F600}\u2028\r\n' }
const ANSWER = { type: 'answer', sdp: 'v=0\r\no=- 3 4 IN IP4 127.0.0.1\r\ns=-\r\n' }
const candidate = (n: number) => ({
  candidate: `candidate:${n} 1 udp 1 192.0.2.1 ${n} typ host`,
  sdpMid: '0',
  sdpMLineIndex: 0,
})
const wireCandidate = (n: number) => ({
  candidate: candidate(n).candidate,
  sdp_mid: '0',
  sdp_mline_index: 0,
})

/** The id of a user, as one over TCP learns it. */
async function idOf(client: RawClient, name: string): Promise<string> {
  client.send(T.USER_LIST_REQUEST, '')
  const { payload } = await client.next(T.USER_LIST_RESPONSE)
  const users: unknown = payload['users']
  const found = Array.isArray(users)
    ? users.find((user: Readonly<Record<string, unknown>>) => user['username'] === name)
    : undefined
  return String(found?.['user_id'])
}

describe('two clients of Socket.IO', () => {
  test.each(WAYS)('SIO-5 SIO-6 SIO-7 call each other over %s', async (way) => {
    const { guest } = await startSocketIoDaemon(ends)
    const mia = await guest(way, 'mia')
    const tom = await guest(way, 'tom')
    mia.say('make_call', { to: 'tom', from: 'eve', offer: OFFER })
    mia.say('ice_candidate', { to: 'tom', from: 'eve', candidate: candidate(1) })
    mia.say('ice_candidate', { to: 'tom', candidate: candidate(2).candidate })
    const ring = await tom.next('incoming_call')
    expect(ring).toEqual({ from: 'mia', offer: OFFER, callId: expect.any(String) })
    tom.say('ice_candidate', { to: 'mia', candidate: candidate(3) })
    tom.say('answer_call', { to: 'mia', answer: ANSWER })
    expect(await mia.next('call_answered')).toEqual({ from: 'tom', answer: ANSWER, callId: ring['callId'] })
    for (const n of [1, 2]) {
      expect(await tom.next('ice_candidate')).toEqual({
        from: 'mia',
        candidate: candidate(n),
        callId: ring['callId'],
      })
    }
    expect(await mia.next('ice_candidate')).toMatchObject({ from: 'tom', candidate: candidate(3) })
    mia.say('ice_candidate', { to: 'tom', candidate: candidate(4) })
    expect(await tom.next('ice_candidate')).toMatchObject({ from: 'mia', candidate: candidate(4) })
    tom.say('end_call', { to: 'mia' })
    expect(await mia.next('call_ended')).toMatchObject({ from: 'tom', reason: 'hangup' })
    expect([...mia.kept, ...tom.kept]).toEqual([])
  })
})

describe('a client of Socket.IO and one over TCP', () => {
  test('SIO-8 TRANSFER-4 cannot be handed over: the call goes on, and the third user is rung no more', async () => {
    const { guest, native } = await startSocketIoDaemon(ends)
    const mia = await guest('websocket', 'mia')
    const bob = await native('bob', { controls: true })
    const carol = await native('carol', { controls: true })
    mia.say('make_call', { to: 'bob', offer: OFFER })
    const { call_id, from_user_id } = (await bob.next(T.CALL_NOTIFICATION)).payload
    bob.send(T.CALL_RESPONSE, { call_id, accepted: true, sdp: ANSWER.sdp })
    await mia.next('call_answered')
    bob.send(T.CALL_TRANSFER, { call_id, to_user_id: await idOf(bob, 'carol') })
    expect((await bob.next(T.CALL_TRANSFER)).payload).toMatchObject({ state: 'ringing' })
    expect((await bob.next(T.CALL_TRANSFER)).payload).toMatchObject({ state: 'failed', reason: 'hangup' })
    expect((await carol.next(T.HANGUP)).payload).toMatchObject({ reason: 'hangup' })
    bob.send(T.ICE_CANDIDATE, { call_id, to_user_id: from_user_id, ...wireCandidate(1) })
    expect(await mia.next('ice_candidate')).toMatchObject({ from: 'bob', candidate: candidate(1) })
    expect(mia.kept).toEqual([])
  })

  test.each([
    ['of version 1', false],
    ['that knows call_control', true],
  ])('SIO-8 calls one %s', async (_, controls) => {
    const { guest, native } = await startSocketIoDaemon(ends)
    const mia = await guest('websocket', 'mia')
    const bob = await native('bob', { controls })
    mia.say('make_call', { to: 'bob', offer: OFFER.sdp })
    mia.say('ice_candidate', { to: 'bob', candidate: candidate(1) })
    const ring = (await bob.next(T.CALL_NOTIFICATION)).payload
    const { call_id, from_user_id } = ring
    expect(ring['from_username']).toBe('mia')
    expect(ring['sdp']).toBe(controls ? OFFER.sdp : undefined)
    bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    if (!controls) expect((await bob.next(T.SDP_OFFER)).payload).toMatchObject({ call_id, sdp: OFFER.sdp })
    expect((await bob.next(T.ICE_CANDIDATE)).payload).toMatchObject({
      from_user_id,
      ...wireCandidate(1),
    })
    expect(mia.kept).toEqual([])
    const about = { call_id, from_user_id: await idOf(bob, 'bob'), to_user_id: from_user_id }
    bob.send(T.SDP_ANSWER, { ...about, sdp: ANSWER.sdp })
    expect(await mia.next('call_answered')).toEqual({ from: 'bob', answer: ANSWER, callId: call_id })
    bob.send(T.ICE_CANDIDATE, { ...about, ...wireCandidate(2) })
    expect(await mia.next('ice_candidate')).toMatchObject({ from: 'bob', candidate: candidate(2) })
    mia.say('end_call', { to: 'bob' })
    expect((await bob.next(T.HANGUP)).payload).toMatchObject({ call_id, reason: 'hangup' })
  })

  test('SIO-8 is called by one of version 1, which offers only after the call is accepted', async () => {
    const { guest, native } = await startSocketIoDaemon(ends)
    const mia = await guest('websocket', 'mia')
    const bob = await native('bob', { controls: false })
    const mias = await callsMia(bob, mia)
    expect(await mia.next('incoming_call')).toEqual({ from: 'bob', callId: expect.any(String) })
    mia.say('answer_call', { to: 'bob' })
    const { call_id, peer_user_id } = (await bob.next(T.CALL_ACCEPTED)).payload
    bob.send(T.SDP_OFFER, { call_id, to_user_id: peer_user_id, sdp: OFFER.sdp })
    expect(await mia.next('incoming_call')).toEqual({ from: 'bob', offer: OFFER, callId: call_id })
    mia.say('answer_call', { to: 'bob', answer: ANSWER })
    expect((await bob.next(T.SDP_ANSWER)).payload).toMatchObject({ from_user_id: mias, sdp: ANSWER.sdp })
    bob.send(T.HANGUP, { call_id })
    expect(await mia.next('call_ended')).toMatchObject({ from: 'bob', reason: 'hangup', callId: call_id })
  })

  test('SIO-8 is called by one that offers with the ring, and answers with the acceptance', async () => {
    const { guest, native } = await startSocketIoDaemon(ends)
    const mia = await guest('polling', 'mia')
    const bob = await native('bob', { controls: true })
    await callsMia(bob, mia, { sdp: OFFER.sdp })
    expect(await mia.next('incoming_call')).toMatchObject({ from: 'bob', offer: OFFER })
    mia.say('answer_call', { to: 'bob', answer: ANSWER })
    expect((await bob.next(T.CALL_ACCEPTED)).payload).toMatchObject({
      peer_username: 'mia',
      sdp: ANSWER.sdp,
    })
  })

  test('SIO-7 SIO-8 either declines the call of the other', async () => {
    const { guest, native } = await startSocketIoDaemon(ends)
    const mia = await guest('websocket', 'mia')
    const bob = await native('bob', { controls: false })
    await callsMia(bob, mia)
    await mia.next('incoming_call')
    mia.say('decline_call', { to: 'bob' })
    expect((await bob.next(T.CALL_DECLINED)).payload).toMatchObject({
      peer_username: 'mia',
      reason: 'declined',
    })
    mia.say('make_call', { to: 'bob', offer: OFFER })
    const { call_id } = (await bob.next(T.CALL_NOTIFICATION)).payload
    bob.send(T.CALL_RESPONSE, { call_id, accepted: false })
    expect(await mia.next('call_declined')).toMatchObject({ from: 'bob', reason: 'declined' })
  })

  test('SIO-7 SIO-8 nobody answers in time: both are told', async () => {
    const { guest, native } = await startSocketIoDaemon(ends, { calls: { ring_timeout_ms: 1000 } })
    const mia = await guest('websocket', 'mia')
    const bob = await native('bob', { controls: false })
    const tom = await guest('websocket', 'tom')
    const ann = await native('ann', { controls: true })
    tom.say('make_call', { to: 'ann', offer: OFFER })
    await callsMia(bob, mia)
    expect(await tom.next('call_timeout')).toMatchObject({ user: 'ann' })
    expect((await ann.next(T.HANGUP)).payload).toMatchObject({ reason: 'timeout' })
    expect(await mia.next('call_timeout')).toMatchObject({ user: 'bob', from: 'bob' })
    expect((await bob.next(T.CALL_DECLINED)).payload).toMatchObject({ reason: 'timeout' })
  })
})

describe('what does not come about', () => {
  test('SIO-7 who is in a call is busy, and calls nobody else; who is called by the callee is told to answer', async () => {
    const { guest } = await startSocketIoDaemon(ends)
    const mia = await guest('websocket', 'mia')
    const tom = await guest('websocket', 'tom')
    const eve = await guest('websocket', 'eve')
    mia.say('make_call', { to: 'tom', offer: OFFER })
    await tom.next('incoming_call')
    eve.say('make_call', { to: 'tom', offer: OFFER })
    expect(await eve.next('call_busy')).toMatchObject({ targetUser: 'tom', reason: 'callee_busy' })
    mia.say('make_call', { to: 'eve', offer: OFFER })
    expect(await mia.next('call_failed')).toMatchObject({ targetUser: 'eve', reason: 'caller_busy' })
    tom.say('make_call', { to: 'mia', offer: OFFER })
    expect(await tom.next('call_busy')).toMatchObject({ targetUser: 'mia' })
    mia.close()
    expect(await tom.next('call_ended')).toMatchObject({ from: 'mia', reason: 'peer_disconnected' })
  })

  test('SIO-7 the caller gives up, and what comes too late for it harms nobody', async () => {
    const { guest } = await startSocketIoDaemon(ends)
    const mia = await guest('websocket', 'mia')
    const tom = await guest('websocket', 'tom')
    mia.say('make_call', { to: 'tom', offer: OFFER })
    await tom.next('incoming_call')
    mia.say('end_call', { to: 'tom' })
    expect(await tom.next('call_ended')).toMatchObject({ from: 'mia', reason: 'hangup' })
    for (const late of ['end_call', 'decline_call']) tom.say(late, { to: 'mia' })
    tom.say('ice_candidate', { to: 'mia', candidate: candidate(1) })
    tom.say('ice_candidate', { to: 'mia', candidate: null })
    tom.say('answer_call', { to: 'mia', answer: ANSWER })
    expect(await tom.next('call_failed')).toMatchObject({ reason: 'call_not_found', targetUser: 'mia' })
    expect([...tom.kept, ...mia.kept]).toEqual([])
  })

  test('SIO-7 whom there is not, who is oneself, and who is not in the call', async () => {
    const { guest, token, open } = await startSocketIoDaemon(ends)
    const stranger = open('websocket')
    stranger.say('make_call', { to: 'mia', offer: OFFER })
    expect(await stranger.next('call_failed')).toMatchObject({ reason: 'login_required' })
    const mia = await guest('websocket', 'mia')
    await guest('websocket', 'tom')
    await token('ann')
    for (const [to, reason] of [
      ['nobody', 'user_not_found'],
      ['ann', 'user_unavailable'],
      ['mia', 'cannot_call_self'],
    ]) {
      mia.say('make_call', { to, offer: OFFER })
      expect(await mia.next('call_failed')).toMatchObject({
        reason,
        targetUser: to,
        error: expect.any(String),
      })
    }
    mia.say('make_call', { to: 'tom', offer: OFFER })
    mia.say('ice_candidate', { to: 'ann', candidate: candidate(1) })
    expect(await mia.next('call_failed')).toMatchObject({ reason: 'not_call_peer', targetUser: 'ann' })
  })

  test('SIO-9 what cannot be read is refused in a sentence, and what is not known is passed over', async () => {
    const { guest } = await startSocketIoDaemon(ends, { security: { enable_rate_limiting: false } })
    const mia = await guest('websocket', 'mia')
    const tom = await guest('websocket', 'tom')
    for (const [event, payload, sentence] of [
      ['make_call', undefined, /^make_call: the payload/],
      ['make_call', { offer: OFFER }, /^make_call: "to" is to be the name/],
      ['make_call', { to: { $gt: '' }, offer: OFFER }, /^make_call: "to" is to be the name/],
      ['make_call', { to: 'tom' }, /^make_call: "offer" is to be/],
      ['make_call', { to: 'tom', offer: { type: 'answer', sdp: 'v=0' } }, /^make_call: "offer" is to be/],
      ['answer_call', { to: 'tom', answer: 7 }, /^answer_call: "answer" is to be/],
      ['ice_candidate', { to: 'tom', candidate: { sdpMid: 1 } }, /^ice_candidate: "candidate" is to be/],
      ['ice_candidate', [], /^ice_candidate: the payload/],
      ['register_user', { userId: 5 }, /^register_user: the payload is to be/],
    ] as const) {
      mia.say(event, payload)
      expect(await mia.next('call_failed')).toMatchObject({
        reason: 'invalid_field',
        error: expect.stringMatching(sentence),
      })
    }
    mia.say('make_tea', { to: 'tom' })
    mia.socket.emit('constructor', 1, 2, 3)
    mia.say('make_call', { to: 'tom', offer: OFFER })
    await tom.next('incoming_call')
    expect(mia.kept).toEqual([])
  })

  test('SIO-6 more candidates than are held while it rings', async () => {
    const { guest } = await startSocketIoDaemon(ends)
    const mia = await guest('websocket', 'mia')
    const tom = await guest('websocket', 'tom')
    mia.say('make_call', { to: 'tom', offer: OFFER })
    for (let n = 0; n < 65; n++) mia.say('ice_candidate', { to: 'tom', candidate: candidate(n) })
    expect(await mia.next('call_failed')).toMatchObject({ reason: 'message_too_large' })
    await tom.next('incoming_call')
    tom.say('answer_call', { to: 'mia', answer: ANSWER })
    for (let n = 0; n < 64; n++)
      expect(await tom.next('ice_candidate')).toMatchObject({ candidate: candidate(n) })
  })
})

/** Calls the other; gives the other's id. */
async function callsMia(bob: RawClient, mia: SocketIoPerson, more: object = {}): Promise<string> {
  const to_user_id = await idOf(bob, 'mia')
  expect(mia.kept).toEqual([])
  bob.send(T.CALL_REQUEST, { to_user_id, ...more })
  return to_user_id
}
