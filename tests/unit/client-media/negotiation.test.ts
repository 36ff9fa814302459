import { describe, expect, test } from 'vitest'
import { EarlyCandidates } from '../../../clients/typescript/src/media/negotiation/early-candidates.ts'
import { belongs } from '../../../clients/typescript/src/media/negotiation/fragments.ts'
import { planOffer } from '../../../clients/typescript/src/media/negotiation/glare.ts'

const SDP = 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:AbCd\r\na=ice-pwd:secret\r\n'
const line = (fragment?: string) =>
  `candidate:1 1 udp 2122265343 192.0.2.2 45967 typ host generation 0${fragment === undefined ? '' : ` ufrag ${fragment} network-id 2`}`
const candidate = (text: string) => ({
  kind: 'candidate' as const,
  candidate: text,
  sdpMid: '0',
  sdpMLineIndex: 0,
})

describe('an offer of the peer', () => {
  test.for([
    ['stable', false, 'take'],
    ['stable', true, 'take'],
    ['have-local-offer', true, 'take-back-own'],
    ['have-local-offer', false, 'ignore'],
    ['have-remote-offer', false, 'take'],
    ['closed', true, 'ignore'],
  ] as const)('MEDIA-2 that comes when the connection is %s, polite %s: %s', ([state, polite, plan]) => {
    expect(planOffer(state, polite)).toBe(plan)
  })
})

describe('a candidate', () => {
  test('MEDIA-3 belongs to the description with its user name fragment, or to any if it has none', () => {
    expect(belongs(line('AbCd'), SDP)).toBe(true)
    expect(belongs(line('AbC'), SDP)).toBe(false)
    expect(belongs(line('AbCd'), SDP.replaceAll('\r\n', '\n'))).toBe(true)
    expect(belongs(line(), SDP)).toBe(true)
    expect(belongs('', SDP)).toBe(true)
  })

  test('MEDIA-3 that came too early waits for its description, in order, and no other is given out', () => {
    const early = new EarlyCandidates()
    const [one, two, other] = [candidate(line('AbCd')), candidate(line()), candidate(line('next'))]
    for (const each of [one, other, two]) early.keep(each)
    expect(early.takeFor(SDP)).toEqual([one, two])
    expect(early.takeFor(SDP)).toEqual([])
    expect(early.takeFor(SDP.replace('AbCd', 'next'))).toEqual([other])
  })

  test('MEDIA-3 of more than 256 that wait the oldest are forgotten', () => {
    const early = new EarlyCandidates()
    for (let i = 0; i < 300; i++) early.keep({ ...candidate(line('AbCd')), sdpMLineIndex: i })
    const kept = early.takeFor(SDP)
    expect([kept.length, kept[0]?.sdpMLineIndex]).toEqual([256, 44])
  })
})
