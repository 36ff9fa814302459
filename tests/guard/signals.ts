import type { Trio } from '../support/house/trio.ts'
import { T } from '../support/wire/wire.ts'

/** What alice signals to bob in their call: of each kind one that passes as it is, and one that is written anew. */
export function signals(call_id: string, { alice, bob }: Pick<Trio, 'alice' | 'bob'>) {
  const whole = { call_id, from_user_id: alice.userId, to_user_id: bob.userId }
  const anew = { to_user_id: bob.userId, call_id }
  const description = { sdp: 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n' }
  const candidate = {
    candidate: 'candidate:1 1 udp 1 192.0.2.7 9 typ host',
    sdp_mid: '0',
    sdp_mline_index: 0,
  }
  const kinds = [
    ['an offer', T.SDP_OFFER, description],
    ['an answer', T.SDP_ANSWER, description],
    ['a candidate', T.ICE_CANDIDATE, candidate],
  ] as const
  return kinds.map(([kind, type, content]) => {
    return { kind, type, verbatim: { ...whole, ...content }, anew: { ...anew, ...content } }
  })
}
