import { expect, test } from 'vitest'
import { measureBroadcast, measureWatch } from '../../../bench/watch/measure.ts'

test('BENCH-12 the figures of presence are of messages that were told: to all but oneself, or to those who watch', async () => {
  expect((await measureBroadcast(100)).messages).toBe(99)
  // Each watches all there are, itself included.
  const { alone, together } = await measureWatch({ users: 20, watched: 20 })
  expect([alone.messages, together.messages]).toEqual([19, 19])
})
