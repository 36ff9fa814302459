import { expect, test } from 'vitest'
import { configSchema } from '../../../src/config/schema.ts'
import { rateLimits } from '../../../src/daemon/settings.ts'
import type { HouseClient } from '../../support/house/house.ts'
import { createTrio } from '../../support/house/trio.ts'
import { T } from '../../support/wire/wire.ts'

test('RATE-4 CALL_TRANSFER rings somebody, too, and counts as a call of its sender', async () => {
  const rates = rateLimits(configSchema.parse({ rate_limits: { calls_per_minute: 2 } }))
  const agreed = ['call_control']
  const { house, alice, bob, connect } = await createTrio({ ofAlice: agreed, ofBob: agreed }, { rates })
  const third = await house.logIn('dave', agreed)
  const call_id = await connect()
  const transfer = async (client: HouseClient) => {
    client.take()
    await client.send(T.CALL_TRANSFER, { call_id, to_user_id: third.userId })
    const [told] = client.take()
    await client.send(T.HANGUP, { call_id: told?.payload['new_call_id'] ?? 'none' })
    return told?.payload['reason'] ?? told?.payload['state']
  }
  expect(await transfer(alice)).toBe('ringing')
  expect(await transfer(alice)).toBe('rate_limited')
  expect(third.take(T.CALL_NOTIFICATION)).toHaveLength(1)
  expect(await transfer(bob)).toBe('ringing')
})
