import type { Effect } from '../../application/effect.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Transact, Tx } from '../../application/ports/transaction.ts'
import type { UseCases } from '../../application/use-cases.ts'
import type { SessionId } from '../../domain/ids.ts'
import { ok } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { Deliver } from '../delivery/deliver.ts'
import type { Registry } from '../registry.ts'
import type { Replica } from './copy/replica.ts'

interface Deps {
  readonly useCases: Pick<UseCases, 'detachSession' | 'endSession'>
  readonly registry: Registry
  readonly replica: Replica
  readonly transact: Transact
  readonly deliver: Deliver
  readonly log: Log
}

/** Of a session, what it takes to let it wait, or to end it where it cannot. */
interface Cared {
  readonly id: SessionId
  readonly user: User
  readonly capabilities: ReadonlySet<string>
}

/** How often sessions are looked for that nobody looks after, in milliseconds. */
const INTERVAL_MS = 1_000

/** Looks after the sessions that have lost their connections without anybody's saying so. */
export interface Care {
  /** From time to time. `now` in monotonic milliseconds. */
  tick(now: number): void
  /** This node goes: other nodes may have its sessions. */
  leave(): Promise<void>
}

export function makeCare({ useCases, registry, replica, transact, deliver, log }: Deps): Care {
  let dueAt = 0
  /** Nobody looks again before it is known what became of the last look. */
  const underWay = new Set<SessionId>()

  return {
    tick(now) {
      if (now < dueAt && !replica.nodesChanged() && replica.gaps.size === 0) return
      for (const id of replica.gaps) end(id)
      dueAt = now + INTERVAL_MS
      for (const { record } of replica.sessions.values()) {
        const { id, detachedSince } = record
        if (detachedSince !== undefined || !isOrphan(id) || underWay.has(id)) continue
        underWay.add(id)
        void letGo(record, () => isOrphan(id)).finally(() => underWay.delete(id))
      }
    },

    async leave() {
      await Promise.all(
        [...registry.all()].map((session) => letGo(session, () => session.elsewhere === undefined)),
      )
    },
  }

  /** Of a node that is gone, or of this one and without a connection. */
  function isOrphan(id: SessionId): boolean {
    return replica.isOurs(id) && registry.get(id)?.endpoint === undefined
  }

  /** The store has lost something that it is owed. Until it has ended, that is tried again and again. */
  function end(id: SessionId): void {
    const record = replica.sessions.get(id)?.record
    if (record === undefined) replica.gaps.delete(id)
    if (record === undefined || underWay.has(id)) return
    const { user } = record
    underWay.add(id)
    void change(user, (tx) => useCases.endSession(tx, { user, session: id, cause: 'lost' })).finally(() =>
      underWay.delete(id),
    )
  }

  function letGo({ id, user, capabilities }: Cared, isDue: () => boolean): Promise<void> {
    return change(user, async (tx) => {
      // By now its client may have come to another node: that is looked at after the version on which this decides.
      if ((await tx.sessions.find(id)) === undefined || !isDue()) return []
      if (capabilities.has('resume')) return useCases.detachSession(tx, { user, session: id })
      return useCases.endSession(tx, { user, session: id, cause: 'disconnect' })
    })
  }

  async function change(user: User, decide: (tx: Tx) => Promise<readonly Effect[]>): Promise<void> {
    try {
      await transact(
        async (tx) => ok(await decide(tx)),
        (outcome) => {
          if (outcome.ok) deliver(outcome.value)
        },
      )
    } catch (error) {
      log.warn({ err: error, user: user.id }, 'a session without a connection could not be looked after')
    }
  }
}
