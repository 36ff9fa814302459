import type { CallStore } from '../../application/ports/call-store.ts'
import type { Commit, Committed, SharedState } from '../../application/ports/shared-state.ts'
import { Fenced, Unavailable } from '../../application/ports/shared-state-errors.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Ids } from '../../application/ports/system/ids.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import type { Random } from '../../application/ports/system/random.ts'
import type { Transact, Tx } from '../../application/ports/transaction.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err } from '../../domain/result.ts'
import { makeDraft } from './draft.ts'
import type { Replica } from './replica.ts'
import type { SessionBoxes } from './session-boxes.ts'

interface Deps {
  readonly state: SharedState
  readonly replica: Replica
  readonly makeBoxes: (tx: Tx) => SessionBoxes
  readonly scratchCalls: () => CallStore
  readonly clock: Clock
  readonly ids: Pick<Ids, 'call'>
  readonly pause: Pause
  readonly random: Random
  readonly log: Log
  /** Aborted when the daemon stops. */
  readonly ended: AbortSignal
}

/** Decisions of this node that have come back as commits, and are to be carried out. */
export interface SharedTransactions {
  readonly transact: Transact
  /** What is to be done of a commit of this node; undefined where it is another's, or nobody waits for it any more. */
  readonly settlementOf: (committed: Committed) => (() => void) | undefined
  /** This node was taken for dead: nothing that it has decided will be heard of. */
  readonly forget: () => void
}

/** How often a decision is made anew because another node came between. */
const TRIES = 20

/** So long at most before another try, in milliseconds; it grows with each. */
const LONGEST_PAUSE_MS = 100

/** When to try again where the store is away, in milliseconds. */
const RETRY_AFTER_MS = 2_000

interface Pending {
  readonly settle: () => void
  readonly failed: (error: Error) => void
}

/**
 * Decides on this node's copy and commits to what all share. What comes of it is carried out as the commit comes back, in
 * the order in which all nodes hear of commits; a decision that was made on something older is made anew.
 */
export function makeSharedTransactions(deps: Deps): SharedTransactions {
  const { state, replica, makeBoxes, clock, ids, pause, random, log, ended } = deps
  const pending = new Map<string, Pending>()

  return {
    async transact(work, settle, asker) {
      for (let tries = 1; tries <= TRIES; tries += 1) {
        const changed = replica.changed()
        try {
          if ((await attempt(work, settle, asker)) === 'done') return
        } catch (error) {
          if (!(error instanceof Unavailable || error instanceof Fenced) || asker === undefined) throw error
          log.warn({ err: error }, 'a change could not be shared')
          break
        }
        const wait = 1 + random.fraction() * Math.min(LONGEST_PAUSE_MS, 2 ** tries)
        await Promise.race([changed, pause(wait, ended)])
      }
      if (asker === undefined) throw new Error('others were always first')
      settle(err({ reason: RefusalReason.storageUnavailable, retryAfterMs: RETRY_AFTER_MS }))
    },

    settlementOf({ id }) {
      const mine = pending.get(id)
      pending.delete(id)
      return mine?.settle
    },

    forget() {
      for (const { failed } of pending.values()) failed(new Fenced())
      pending.clear()
    },
  }

  async function attempt(...[work, settle, asker]: Parameters<Transact>): Promise<'done' | 'conflict'> {
    const draft = makeDraft({ ...deps, node: state.node, wallMs: () => clock.wallMs() }, asker)
    const outcome = await work(draft.tx)
    const boxes = makeBoxes(draft.tx)
    const commit = await draft.commitOf(outcome, boxes)
    if (commit === undefined) {
      settle(outcome)
      return 'done'
    }
    return commitAndSettle({ ...commit, id: ids.call() }, () => {
      boxes.committed()
      settle(outcome)
    })
  }

  /** Done once this node has heard of its own commit and carried it out. */
  async function commitAndSettle(commit: Commit, settle: () => void): Promise<'done' | 'conflict'> {
    const settled = new Promise<void>((resolve, reject) => {
      pending.set(commit.id, {
        settle() {
          try {
            settle()
            resolve()
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
          }
        },
        failed: reject,
      })
    })
    // Whoever waits hears of a fault below.
    settled.catch(() => undefined)
    try {
      const verdict = await state.commit(commit)
      if (verdict === 'conflict') return verdict
      await settled
      return 'done'
    } finally {
      pending.delete(commit.id)
    }
  }
}
