import { expect } from 'vitest'
import type { RawClient } from './raw-client.ts'
import { T } from './wire.ts'

/** Two in a call and how they know each other. */
export interface Pair {
  readonly alice: RawClient
  readonly bob: RawClient
  readonly callerId: string
  readonly calleeId: string
  readonly call_id: string
}

/** The call goes on: an offer arrives at the other end, and an answer comes back. */
export async function expectRelay({ alice, bob, callerId, calleeId, call_id }: Pair): Promise<void> {
  offers += 1
  const sdp = `offer ${offers}`
  alice.send(T.SDP_OFFER, { call_id, to_user_id: calleeId, sdp })
  expect((await bob.next(T.SDP_OFFER)).payload['sdp']).toBe(sdp)
  bob.send(T.SDP_ANSWER, { call_id, to_user_id: callerId, sdp })
  expect((await alice.next(T.SDP_ANSWER)).payload['sdp']).toBe(sdp)
}

let offers = 0
