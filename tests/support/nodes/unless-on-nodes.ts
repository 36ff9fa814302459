import { test } from 'vitest'
import { NODES } from './count.ts'

/** For what a daemon has no need of on Redis, by design: what it keeps there outlives it, so that it writes no journal. */
export function unlessOnRedis(_why: 'journal'): typeof test.skip {
  return test.skipIf(NODES > 0)
}

/**
 * For what each node does by itself (docs/cluster.md): it lets in so many, counts, and writes its log and its files. What is
 * in no outbox reaches a user's devices at the same node, and new accounts are in the list of users, and what is set about
 * disturbing counts, at others a moment later.
 */
export function unlessSplit(_why: 'limits' | 'figures' | 'log' | 'files' | 'news'): typeof test.skip {
  return test.skipIf(NODES > 1)
}
