import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { HouseClient } from '../../support/house/house.ts'
import { createTrio, type Trio } from '../../support/house/trio.ts'
import { T } from '../../support/wire/wire.ts'

let house: Trio['house']
let alice: HouseClient
let bob: HouseClient
let carol: HouseClient
let call_id: string

beforeEach(async () => {
  const trio = await createTrio()
  ;({ house, alice, bob, carol } = trio)
  call_id = await trio.ring()
})

async function accept(): Promise<void> {
  await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
  for (const client of [alice, bob, carol]) client.take()
}

const offer = (sdp: string) => ({ call_id, from_user_id: alice.userId, to_user_id: bob.userId, sdp })

describe('the relay', () => {
  test('RELAY-1 descriptions and candidates pass in both directions, any number of times', async () => {
    await accept()
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
      [alice, bob],
    ] as const) {
      for (const type of [T.SDP_OFFER, T.SDP_ANSWER]) {
        const payload = { call_id, from_user_id: from.userId, to_user_id: to.userId, sdp: 'v=0' }
        await from.send(type, payload)
        expect(to.seen()).toEqual([[type, payload]])
      }
    }
    expect(carol.seen()).toEqual([])
  })

  test('RELAY-2 the sender is set by the server, whatever is claimed or left out', async () => {
    await accept()
    await alice.send(T.SDP_OFFER, { ...offer('a'), from_user_id: carol.userId })
    await alice.send(T.SDP_OFFER, { call_id, to_user_id: bob.userId, sdp: 'b' })
    expect(bob.take().map(({ payload }) => payload['from_user_id'])).toEqual([alice.userId, alice.userId])
  })

  test('RELAY-3 nothing passes while the call rings, nor after it ended', async () => {
    await alice.send(T.SDP_OFFER, offer('too early'))
    expect(alice.take(T.ERROR)).toMatchObject([{ payload: { code: 404, reason: 'call_not_found' } }])
    await accept()
    await bob.send(T.HANGUP, { call_id })
    await alice.send(T.SDP_OFFER, offer('too late'))
    await bob.send(T.SDP_ANSWER, { ...offer('too late'), to_user_id: alice.userId })
    for (const client of [alice, bob]) {
      expect(client.take(T.ERROR)).toMatchObject([{ payload: { code: 404, reason: 'call_not_found' } }])
    }
    expect([...alice.take(T.SDP_ANSWER), ...bob.take(T.SDP_OFFER)]).toEqual([])
  })

  test('RELAY-3 nothing passes from or to a third party', async () => {
    await accept()
    await carol.send(T.SDP_OFFER, offer('from outside'))
    expect(carol.seen()).toMatchObject([[T.ERROR, { code: 404, reason: 'call_not_found' }]])
    await alice.send(T.SDP_OFFER, { ...offer('to outside'), to_user_id: carol.userId, request_id: 'r' })
    expect(alice.seen()).toMatchObject([
      [T.ERROR, { code: 404, reason: 'not_call_peer', in_reply_to: T.SDP_OFFER, request_id: 'r' }],
    ])
    await alice.send(T.SDP_OFFER, { ...offer('unknown call'), call_id: 'x' })
    expect(alice.seen()).toMatchObject([[T.ERROR, { code: 404, reason: 'call_not_found' }]])
    expect([...bob.seen(), ...carol.seen()]).toEqual([])
  })

  test('RELAY-3 a new login of a party has no part in the old call', async () => {
    await accept()
    const again = await house.logIn('alice')
    again.take()
    await again.send(T.SDP_OFFER, offer('from the new session'))
    expect(again.seen()).toMatchObject([[T.ERROR, { code: 404, reason: 'call_not_found' }]])
    expect(bob.take(T.SDP_OFFER)).toEqual([])
  })

  test('RELAY-4 the order of one sender is kept', async () => {
    await accept()
    const candidates = Array.from({ length: 60 }, (_, i) => `candidate:${i}`)
    await Promise.all(
      candidates.map((candidate) =>
        alice.send(T.ICE_CANDIDATE, {
          call_id,
          to_user_id: bob.userId,
          candidate,
          sdp_mid: '0',
          sdp_mline_index: 0,
        }),
      ),
    )
    expect(bob.take().map(({ payload }) => payload['candidate'])).toEqual(candidates)
  })

  test('RELAY-5 a description of 64 KiB with CR LF, quotes and non-ASCII survives', async () => {
    await accept()
    const line = 'a=x:"quoted" \\ \u00e9 \u{1f600} / \t\r\n'
    const sdp = line.repeat(Math.ceil(65_536 / Buffer.byteLength(line)))
    await alice.send(T.SDP_OFFER, offer(sdp))
    expect(bob.take()[0]?.payload['sdp']).toBe(sdp)
  })

  test('RELAY-5 any text survives, character for character', async () => {
    await accept()
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'grapheme' }),
        async (sdp, sdp_mid) => {
          await alice.send(T.SDP_OFFER, offer(sdp))
          expect(bob.take()[0]?.payload).toEqual(offer(sdp))
          const candidate = {
            call_id,
            from_user_id: bob.userId,
            to_user_id: alice.userId,
            candidate: sdp,
            sdp_mid,
            sdp_mline_index: 4_294_967_295,
          }
          await bob.send(T.ICE_CANDIDATE, candidate)
          expect(alice.take()[0]?.payload).toEqual(candidate)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('WIRE-9 a field that the server does not know does not reach the other party', async () => {
    await accept()
    await alice.send(T.SDP_OFFER, { ...offer('s'), reason: 'forged', request_id: 'mine' })
    expect(bob.seen()).toEqual([[T.SDP_OFFER, offer('s')]])
  })
})
