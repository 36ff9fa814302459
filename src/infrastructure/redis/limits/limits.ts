import type { SharedLimits } from '../../../application/ports/shared-limits.ts'
import { Fenced, Unavailable } from '../../../application/ports/shared-state-errors.ts'
import type { Log } from '../../../application/ports/system/log.ts'
import { reasonOf } from '../connection/reason-of.ts'
import type { Pipeline } from '../pipeline.ts'
import { type Script, scriptCall } from '../scripts/script.ts'
import type { WaitingBudget } from '../waiting-budget.ts'
import { sizeOf } from '../wire/encode-writes.ts'
import type { Reply } from '../wire/reply.ts'
import type { TellLater } from './asking.ts'
import { RedisBans } from './shared-bans.ts'
import { createSharedFailures } from './shared-failures.ts'

interface Deps {
  readonly pipeline: Pipeline
  readonly budget: WaitingBudget
  readonly prefix: string
  readonly maxInboxBytes: number
  readonly log: Log
}

/** A login waits no longer for Redis than this: then its own node's limits have to do. */
const SOON_MS = 500

export function createRedisLimits({ pipeline, budget, prefix, maxInboxBytes, log }: Deps): SharedLimits & {
  readonly bans: RedisBans
} {
  /** Undefined where it cannot be done: limits are no reason to refuse anybody. */
  async function run(
    script: Script,
    args: readonly string[],
    deadlineMs?: number,
  ): Promise<Reply | undefined> {
    const call = scriptCall(script, prefix, args)
    const bytes = sizeOf(call)
    if (!budget.take(bytes)) return undefined
    try {
      return await pipeline.send(call, deadlineMs)
    } catch (error) {
      const isAway = error instanceof Unavailable || error instanceof Fenced
      log[isAway ? 'debug' : 'error']({ error: reasonOf(error) }, 'the limits of all nodes are not to be had')
      return undefined
    } finally {
      budget.giveBack(bytes)
    }
  }

  const tellLater: TellLater = (script, args) => {
    void run(script, args)
  }
  return {
    failures: createSharedFailures((script, args) => run(script, args, SOON_MS), tellLater),
    bans: new RedisBans({ tellLater, maxInboxBytes }),
  }
}
