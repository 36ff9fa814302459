import { describe, expect, test } from 'vitest'
import type { PushSubscriptions } from '../../../src/application/ports/push-subscriptions.ts'
import type { UserId } from '../../../src/domain/ids.ts'
import { ok } from '../../../src/domain/result.ts'

const one = (name: string) => ({
  endpoint: `https://push.example.org/${name}`,
  p256dh: `B${name}`,
  auth: name,
})

/** What every store of subscriptions must do. `open` gives an empty one, and two accounts. */
export function pushSubscriptionsContract(
  kind: string,
  open: () => Promise<{
    readonly subscriptions: PushSubscriptions
    readonly users: readonly [UserId, UserId]
  }>,
): void {
  describe(kind, () => {
    test('PUSH-1 a subscription is there until it is taken back, and the same endpoint is one', async () => {
      const { subscriptions, users } = await open()
      const [alice, bob] = users
      expect(await subscriptions.of(alice)).toEqual(ok([]))
      expect(await subscriptions.add(alice, one('phone'), 1)).toEqual(ok(1))
      expect(await subscriptions.add(alice, one('laptop'), 2)).toEqual(ok(2))
      expect(await subscriptions.add(alice, { ...one('phone'), auth: 'new' }, 3)).toEqual(ok(2))
      expect(await subscriptions.of(alice)).toEqual(ok([one('laptop'), { ...one('phone'), auth: 'new' }]))
      expect(await subscriptions.remove(bob, one('phone').endpoint)).toEqual(ok(0))
      expect(await subscriptions.remove(alice, one('phone').endpoint)).toEqual(ok(1))
      expect(await subscriptions.remove(alice, one('phone').endpoint)).toEqual(ok(1))
      expect(await subscriptions.of(alice)).toEqual(ok([one('laptop')]))
    })

    test('PUSH-1 an endpoint belongs to the user who gave it last', async () => {
      const { subscriptions, users } = await open()
      const [alice, bob] = users
      await subscriptions.add(alice, one('shared'), 1)
      await subscriptions.add(alice, one('own'), 2)
      expect(await subscriptions.add(bob, one('shared'), 3)).toEqual(ok(1))
      expect(await subscriptions.of(alice)).toEqual(ok([one('own')]))
      expect(await subscriptions.of(bob)).toEqual(ok([one('shared')]))
    })

    test('PUSH-1 PUSH-4 a user has at most 16, of which the oldest goes, and all of them can be forgotten', async () => {
      const { subscriptions, users } = await open()
      const [alice, bob] = users
      await subscriptions.add(bob, one('of-bob'), 0)
      for (let i = 1; i <= 17; i++)
        expect(await subscriptions.add(alice, one(`d${i}`), i)).toEqual(ok(Math.min(i, 16)))
      const there = await subscriptions.of(alice)
      expect(there.ok && there.value.map(({ auth }) => auth)).toEqual(
        Array.from({ length: 16 }, (_, i) => `d${i + 2}`),
      )
      expect(await subscriptions.forget(alice)).toBe(true)
      expect(await subscriptions.of(alice)).toEqual(ok([]))
      expect(await subscriptions.of(bob)).toEqual(ok([one('of-bob')]))
      // The endpoint is nobody's now.
      expect(await subscriptions.add(bob, one('d17'), 20)).toEqual(ok(2))
    })
  })
}
