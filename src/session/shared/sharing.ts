import type { CallStore } from '../../application/ports/call-store.ts'
import type { Follower, SharedState } from '../../application/ports/shared-state.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Ids } from '../../application/ports/system/ids.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import type { Random } from '../../application/ports/system/random.ts'
import type { Transact, Tx } from '../../application/ports/transaction.ts'
import type { CallDetails } from '../delivery/call-details.ts'
import type { CallLinks } from '../delivery/call-links.ts'
import type { DeliverMessages } from '../delivery/deliver-messages.ts'
import type { DeliverRoom } from '../delivery/deliver-room.ts'
import type { Tell } from '../delivery/tell.ts'
import type { UserListFrame } from '../delivery/user-list-frame.ts'
import type { ClusterFigures } from '../figures/cluster-figures.ts'
import type { Lifecycle } from '../lifecycle.ts'
import type { Feeds } from '../presence/feeds.ts'
import type { Registry } from '../registry.ts'
import type { MakeResumption } from '../resumption/make-resumption.ts'
import type { FindSession } from '../resumption/resume.ts'
import type { SfuSeats } from '../sfu/sfu-seats.ts'
import type { TokenTable } from '../resumption/token-table.ts'
import { type Comers, makeFindSharedSession } from './boxes/find-shared-session.ts'
import { makeFollow } from './follow.ts'
import { makeFollower } from './follower.ts'
import { Mail } from './boxes/mail.ts'
import { Replica } from './copy/replica.ts'
import { makeSessionBoxes } from './boxes/session-boxes.ts'
import { makeSharedTransactions } from './transactions.ts'

/** What it takes to decide together with other nodes. */
export interface SharedEngine {
  readonly kind: 'shared'
  readonly state: SharedState
  /** For this node's copy; empty. */
  readonly stores: Tx
  readonly scratchCalls: () => CallStore
  readonly ids: Pick<Ids, 'call'>
  readonly random: Random
}

interface Parts {
  readonly lifecycle: Lifecycle
  readonly tokens: TokenTable
  readonly makeResumption: MakeResumption
  readonly feeds: Feeds
  readonly userList: UserListFrame
  readonly links: CallLinks
  readonly deliverRoom: DeliverRoom
  readonly seats: Pick<SfuSeats, 'left'> | undefined
  readonly messages: DeliverMessages
  readonly tell: Tell
  readonly details: Pick<CallDetails, 'endedElsewhere'>
  readonly clock: Clock
  readonly figures: ClusterFigures
  readonly pause: Pause
  readonly ended: AbortSignal
}

/** What sessions on several nodes have to do with each other. */
export interface Sharing {
  readonly mail: Mail
  readonly replica: Replica
  readonly connect: (parts: Parts) => {
    readonly transact: Transact
    readonly findSession: FindSession
    readonly follower: Follower
  }
}

export function makeSharing(
  engine: SharedEngine,
  { registry, log, lost }: { readonly registry: Registry; readonly log: Log; readonly lost: () => void },
): Sharing {
  const { state } = engine
  const replica = new Replica(engine.stores, state.node)
  const mail = new Mail({
    ...{ state, replica, log, lost },
    nextSeqOf: (session) => registry.get(session)?.resumption?.outbox.nextSeq,
  })
  return {
    mail,
    replica,
    connect(parts) {
      const { tokens } = parts
      const comers: Comers = new WeakMap()
      const transactions = makeSharedTransactions({
        ...{ ...engine, ...parts, replica, mail, log },
        makeBoxes: (tx) => makeSessionBoxes(tx, { tokens, comers, mail }),
      })
      const follow = makeFollow({ ...parts, replica, registry, office: mail })
      return {
        transact: transactions.transact,
        findSession: makeFindSharedSession({ ...parts, state, replica, registry, comers }),
        follower: makeFollower({
          ...{ ...parts, replica, registry, mail, transactions, follow, log },
          nowMs: state.nowMs,
        }),
      }
    },
  }
}
