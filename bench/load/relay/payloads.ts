import type { Call } from '../clients/calls.ts'
import { NUMBER } from './counted.ts'
import { chromiumSdp } from './chromium-sdp.ts'

/** Payloads as a v1 client builds them: these fields in this order. */
function head({ callId, caller, callee }: Call) {
  return { call_id: callId, from_user_id: caller.userId, to_user_id: callee.userId }
}

/** 150 characters of candidate, like those that a browser behind a NAT gathers. */
export function candidatePayload(call: Call): object {
  const candidate =
    `candidate:8421${NUMBER} 1 udp 1677729535 203.0.113.77 46154 typ srflx raddr 192.168.178.42 rport 46154 ` +
    'generation 0 ufrag EsAw network-id 3 network-cost 10'
  return { ...head(call), candidate, sdp_mid: '0', sdp_mline_index: 0 }
}

export function sdpPayload(call: Call): object {
  return { ...head(call), sdp: chromiumSdp(NUMBER) }
}
