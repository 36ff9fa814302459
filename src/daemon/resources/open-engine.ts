import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { SharedLimits } from '../../application/ports/shared-limits.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Tx } from '../../application/ports/transaction.ts'
import type { Config } from '../../config/schema.ts'
import { createMemoryCallStore } from '../../infrastructure/memory/memory-call-store.ts'
import { createMemoryPresence } from '../../infrastructure/memory/memory-presence.ts'
import { createMemoryRooms } from '../../infrastructure/memory/memory-rooms.ts'
import { createMemorySessions } from '../../infrastructure/memory/memory-sessions.ts'
import { createMemoryTransactions } from '../../infrastructure/memory/memory-transactions.ts'
import { randomIds } from '../../infrastructure/system/random-ids.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { systemRandom } from '../../infrastructure/system/system-random.ts'
import type { InputsContext } from '../../session/assembly.ts'

interface Engine {
  readonly engine: InputsContext['engine']
  /** By which all that is decided goes: with other nodes it is theirs, too. */
  readonly clock: Clock
  /** Undefined where there are no other nodes. */
  readonly limits: SharedLimits | undefined
}

/** How sessions, calls and rooms are decided on: alone, or together with the nodes that share a Redis. */
export async function openEngine(config: Config, log: Log): Promise<Engine> {
  const { cluster, resume } = config
  const stores: Tx = {
    sessions: createMemorySessions(),
    calls: createMemoryCallStore(),
    rooms: createMemoryRooms(),
    presence: createMemoryPresence(),
  }
  if (cluster.redis_url === '')
    return {
      engine: { kind: 'own', transact: createMemoryTransactions(stores) },
      clock: systemClock,
      limits: undefined,
    }
  const { createRedisState } = await import('../../infrastructure/redis/redis-state.ts')
  const state = createRedisState(
    {
      url: cluster.redis_url,
      node: cluster.node_name === '' ? ownName() : cluster.node_name,
      prefix: cluster.prefix,
      nodeTimeoutMs: cluster.node_timeout_ms,
      // What is gathered for a client that is away shrinks only when it is put together for it.
      maxOutbox: { entries: resume.max_outbox_frames * 2, bytes: resume.max_outbox_bytes * 2 },
    },
    { clock: systemClock, random: systemRandom, log },
  )
  return {
    engine: {
      ...{ kind: 'shared', state, stores, ids: randomIds, random: systemRandom },
      scratchCalls: createMemoryCallStore,
    },
    limits: state.limits,
    clock: { monotonicMs: () => state.nowMs(), wallMs: () => systemClock.wallMs() },
  }
}

function ownName(): string {
  const host = hostname()
    .replace(/[^\x21-\x7e]/g, '-')
    .slice(0, 100)
  return `${host}-${randomBytes(4).toString('hex')}`
}
