import { test } from 'vitest'
import { ALL_SHARE } from './house.ts'

/**
 * For what differs by design on the engine that nodes share: nothing comes back from a journal, the others are told of a
 * node that stops, decisions are made on a store of their own, and what comes at once is not decided in turn.
 */
export function unlessShared(
  _why: 'journal' | 'told of the stop' | 'own store' | 'no turns',
): typeof test.skip {
  return test.skipIf(ALL_SHARE)
}
