import { describe, expect, test } from 'vitest'
import { configSchema } from '../../../src/config/schema.ts'
import { rateLimits } from '../../../src/daemon/settings.ts'
import { createHouse } from '../../support/house/house.ts'
import { createTrio } from '../../support/house/trio.ts'
import { T } from '../../support/wire/wire.ts'

describe('a call that is accepted too late', () => {
  test('REQ-7 who accepts too late is sent HANGUP after the ERROR, with the request_id', async () => {
    const { house, bob, ...trio } = await createTrio()
    const call_id = await trio.ring()
    await house.pass(30_000)
    bob.take()
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true, request_id: 'r' })
    expect(bob.seen()).toMatchObject([
      [T.ERROR, { code: 404, reason: 'call_not_found', request_id: 'r' }],
      [T.HANGUP, { call_id, reason: 'call_not_found', request_id: 'r' }],
    ])
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: false })
    expect(bob.seen()).toMatchObject([[T.ERROR, { reason: 'call_not_found' }]])
  })

  test('REQ-7 nobody is sent a HANGUP that would end another call of theirs', async () => {
    const { house, alice, bob, ...trio } = await createTrio()
    const over = await trio.ring()
    await house.pass(30_000)
    const call_id = await trio.connect()
    bob.take()
    await bob.send(T.CALL_RESPONSE, { call_id: over, accepted: true })
    expect(bob.seen()).toMatchObject([[T.ERROR, { reason: 'call_not_found' }]])
    await bob.send(T.HANGUP, { call_id })
    expect(alice.take(T.HANGUP)).toHaveLength(1)
  })

  test('REQ-7 RATE-1 the same where the acceptance is over a limit', async () => {
    const config = configSchema.parse({ security: { max_requests_per_minute: 1 } })
    const house = createHouse({ rates: rateLimits(config) })
    const alice = await house.logIn('alice')
    alice.take()
    await alice.send(T.CALL_RESPONSE, { call_id: 'over', accepted: true })
    expect(alice.take().map(({ type, payload }) => [type, payload['reason']])).toEqual([
      [T.ERROR, 'rate_limited'],
      [T.HANGUP, 'rate_limited'],
    ])
  })
})
