import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { configSchema } from '../../../src/config/schema.ts'
import { rateLimits } from '../../../src/daemon/settings.ts'
import type { HouseClient } from '../../support/house/house.ts'
import { createTrio } from '../../support/house/trio.ts'
import { T } from '../../support/wire/wire.ts'

function trioWith(config: z.input<typeof configSchema>) {
  return createTrio({}, { rates: rateLimits(configSchema.parse(config)) })
}

const isLimited = ({ payload }: { payload: Readonly<Record<string, unknown>> }) =>
  payload['reason'] === 'rate_limited'

describe('signals in an active call', () => {
  test.each([
    [
      'as the server would write them',
      (from: HouseClient, call_id: string, to: HouseClient) => ({
        call_id,
        from_user_id: from.userId,
        to_user_id: to.userId,
      }),
    ],
    [
      'in another order',
      (_from: HouseClient, call_id: string, to: HouseClient) => ({
        to_user_id: to.userId,
        call_id,
      }),
    ],
  ])(
    'RATE-9 where a connection may ask 60 a minute, a call of 60 candidates each way passes: %s',
    async (_how, head) => {
      const { alice, bob, ...trio } = await trioWith({ security: { max_requests_per_minute: 60 } })
      const call_id = await trio.connect()
      await alice.send(T.SDP_OFFER, { ...head(alice, call_id, bob), sdp: 'offer' })
      await bob.send(T.SDP_ANSWER, { ...head(bob, call_id, alice), sdp: 'answer' })
      for (let i = 0; i < 60; i++) {
        const candidate = { candidate: `candidate:${i}`, sdp_mid: '0', sdp_mline_index: 0 }
        await alice.send(T.ICE_CANDIDATE, { ...head(alice, call_id, bob), ...candidate })
        await bob.send(T.ICE_CANDIDATE, { ...head(bob, call_id, alice), ...candidate })
      }
      for (const client of [alice, bob]) expect(client.take(T.ICE_CANDIDATE)).toHaveLength(60)
      expect([...alice.take(), ...bob.take()].filter(isLimited)).toEqual([])
    },
  )

  test('RATE-9 RATE-3 they have a limit, and who goes on beyond it is ended', async () => {
    const { alice, bob, ...trio } = await trioWith({
      rate_limits: { signals_per_minute: 10, max_score: 5, score_decay_per_minute: 1 },
    })
    const call_id = await trio.connect()
    const offer = { call_id, from_user_id: alice.userId, to_user_id: bob.userId, sdp: 'offer' }
    for (let i = 0; i < 12; i++) await alice.send(T.SDP_OFFER, offer)
    expect(bob.take(T.SDP_OFFER)).toHaveLength(10)
    expect(alice.take(T.ERROR).filter(isLimited)).toHaveLength(2)
    for (let i = 0; i < 4; i++) await alice.send(T.SDP_OFFER, offer)
    expect(alice.take(T.ERROR).at(-1)).toMatchObject({ payload: { reason: 'flooding' } })
    expect(alice.ended).toBe(true)
  })

  test('RATE-9 signals outside a call count like any other message', async () => {
    const { alice, bob } = await trioWith({ security: { max_requests_per_minute: 30 } })
    for (let i = 0; i < 31; i++)
      await alice.send(T.SDP_OFFER, { call_id: 'x', to_user_id: bob.userId, sdp: '' })
    expect(alice.take(T.ERROR).filter(isLimited).length).toBeGreaterThan(0)
  })
})
