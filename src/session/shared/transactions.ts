import type { CallStore } from '../../application/ports/call-store.ts'
import type { Commit, Committed, SharedState } from '../../application/ports/shared-state.ts'
import { Fenced, Unavailable } from '../../application/ports/shared-state-errors.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Ids } from '../../application/ports/system/ids.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import type { Random } from '../../application/ports/system/random.ts'
import type { Outcome } from '../../application/effect.ts'
import type { Asker, Transact, Tx } from '../../application/ports/transaction.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err } from '../../domain/result.ts'
import type { ClusterFigures } from '../figures/cluster-figures.ts'
import { makeDraft } from './copy/draft.ts'
import type { Mail } from './boxes/mail.ts'
import type { Replica } from './copy/replica.ts'
import type { SessionBoxes } from './boxes/session-boxes.ts'

interface Deps {
  readonly state: SharedState
  readonly replica: Replica
  readonly mail: Pick<Mail, 'refuseInsteadOf'>
  readonly makeBoxes: (tx: Tx) => SessionBoxes
  readonly scratchCalls: () => CallStore
  readonly clock: Clock
  readonly ids: Pick<Ids, 'call'>
  readonly pause: Pause
  readonly random: Random
  readonly log: Log
  readonly figures: Pick<ClusterFigures, 'commits' | 'commitTimes'>
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
  const { state, replica, mail, makeBoxes, clock, ids, pause, random, log, figures, ended } = deps
  const pending = new Map<string, Pending>()
  /** Those that are made anew, one after the other. */
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  return {
    async transact(work, settle, asker) {
      if (waiting === 0 && (await isDone(work, settle, asker))) return
      // Others came between: those of this node that met with that go one after the other, so as not to do it to each other.
      waiting += 1
      const mine = last.then(() => insist(work, settle, asker))
      last = mine.catch(() => undefined)
      try {
        await mine
      } finally {
        waiting -= 1
      }
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

  async function insist(...[work, settle, asker]: Parameters<Transact>): Promise<void> {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const changed = replica.changed()
      if (await isDone(work, settle, asker)) return
      const wait = 1 + random.fraction() * Math.min(LONGEST_PAUSE_MS, 2 ** tries)
      await Promise.race([changed, pause(wait, ended)])
    }
    refuse(settle, asker)
  }

  /** False where another commit came between. Who has asked is refused where the store is away. */
  async function isDone(...[work, settle, asker]: Parameters<Transact>): Promise<boolean> {
    let commit: string | undefined
    try {
      return await isDecided(work, settle, asker, (id) => (commit = id))
    } catch (error) {
      if (!(error instanceof Unavailable || error instanceof Fenced)) throw error
      figures.commits.add('unavailable')
      if (asker === undefined) throw error
      log.warn({ err: error }, 'a change could not be shared')
      mail.refuseInsteadOf(commit, () => {
        refuse(settle, asker)
      })
      return true
    }
  }

  /** `sends`: is told of the commit before anybody can have it. */
  async function isDecided(
    ...[work, settle, asker, sends]: [...Parameters<Transact>, (commit: string) => void]
  ): Promise<boolean> {
    const { node, nowMs } = state
    const draft = makeDraft({ ...deps, node, nowMs, wallMs: () => clock.wallMs() }, asker)
    const outcome = await work(draft.tx)
    const boxes = makeBoxes(draft.tx)
    const commit = await draft.commitOf(outcome, boxes)
    if (commit === undefined) {
      // This node may not have heard yet that what it refuses has become possible.
      if (!outcome.ok && asker !== undefined && !(await state.holds(draft.reads))) return false
      if (draft.isLate()) return false
      settle(outcome)
      return true
    }
    const id = ids.call()
    sends(id)
    return commitAndSettle({ ...commit, id }, () => {
      boxes.committed()
      settle(outcome)
    })
  }

  function refuse(settle: (outcome: Outcome) => void, asker: Asker | undefined): void {
    if (asker === undefined) throw new Unavailable('what all nodes share is not to be had')
    settle(err({ reason: RefusalReason.storageUnavailable, retryAfterMs: RETRY_AFTER_MS }))
  }

  /** Done once this node has heard of its own commit and carried it out. */
  async function commitAndSettle(commit: Commit, settle: () => void): Promise<boolean> {
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
      const decidedAt = state.nowMs()
      const verdict = await state.commit(commit)
      figures.commits.add(verdict)
      if (verdict === 'conflict') return false
      await settled
      figures.commitTimes.add(Math.max(0, state.nowMs() - decidedAt))
      return true
    } catch (error) {
      // Its answer may be lost, but not the news of it.
      if (pending.has(commit.id) || !(error instanceof Unavailable)) throw error
      await settled
      return true
    } finally {
      pending.delete(commit.id)
    }
  }
}
