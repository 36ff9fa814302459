import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startSocketIoDaemon, type Way } from '../../support/house/socket-io-daemon.ts'
import type { RawClient } from '../../support/wire/raw-client.ts'
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
