import { afterEach, describe, expect, test, vi } from 'vitest'
import { AnswerDeadline } from '../../../clients/typescript/src/media/negotiation/answer-deadline.ts'
import { EarlyCandidates } from '../../../clients/typescript/src/media/negotiation/early-candidates.ts'
import { belongs } from '../../../clients/typescript/src/media/negotiation/fragments.ts'
import { planOffer } from '../../../clients/typescript/src/media/negotiation/glare.ts'
import { RenewedReceivers } from '../../../clients/typescript/src/media/negotiation/renewed-receivers.ts'

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

describe('an offer that nobody answers', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  test('MEDIA-19 is late after 30 s in which the peer could have answered it, counted anew after each absence', () => {
    vi.useFakeTimers()
    let late = 0
    const deadline = new AnswerDeadline(() => (late += 1))
    const after = (ms: number) => {
      vi.advanceTimersByTime(ms)
      return late
    }
    expect(after(100_000)).toBe(0)
    deadline.open(true)
    expect(after(29_999)).toBe(0)
    deadline.reachable(false)
    expect(after(100_000)).toBe(0)
    deadline.reachable(true)
    expect([after(29_999), after(1)]).toEqual([0, 1])
    deadline.open(false)
    deadline.open(true)
    deadline.open(false)
    expect(after(100_000)).toBe(1)
    deadline.open(true)
    deadline.close()
    expect([after(100_000), vi.getTimerCount()]).toEqual([1, 0])
  })
})

describe('after an offer was taken back', () => {
  const section = (mid: string, direction: string, ssrc = true) =>
    `m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:${mid}\r\na=${direction}\r\n${ssrc ? 'a=ssrc-group:FID 1 2\r\na=ssrc:1 cname:x\r\na=ssrc:2 cname:x\r\n' : ''}a=rtcp-mux\r\n`
  const sdp = (...sections: readonly string[]) => `v=0\r\ns=-\r\n${sections.join('')}`
  const both = sdp(section('0', 'sendrecv'), section('1', 'sendrecv'))

  test('MEDIA-2 the SSRC of what is received is not named once, then it is again', () => {
    const receivers = new RenewedReceivers()
    const renew = () => {
      receivers.renew([{ mid: '0' }, { mid: '1' }, { mid: null }])
    }
    const bare = sdp(section('0', 'sendrecv', false), section('1', 'sendrecv', false))
    expect(receivers.fit(both)).toBe(both)
    renew()
    expect([receivers.fit(both), receivers.fit(both)]).toEqual([bare, both])
    renew()
    expect(receivers.fit(both)).toBe(bare)
    // The other way round is another change as well.
    renew()
    expect(receivers.fit(both)).toBe(both)
  })

  test('MEDIA-2 a section by which nothing is received waits until something is', () => {
    const receivers = new RenewedReceivers()
    receivers.fit(both)
    receivers.renew([{ mid: '0' }, { mid: '1' }])
    const held = sdp(section('0', 'sendonly'), section('1', 'inactive', false))
    expect(receivers.fit(held)).toBe(sdp(section('0', 'sendonly', false), section('1', 'inactive', false)))
    expect(receivers.fit(both)).toBe(sdp(section('0', 'sendrecv'), section('1', 'sendrecv', false)))
  })
})
