import type { Effect } from '../../application/effect.ts'
import type { Follower } from '../../application/ports/shared-state.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { parseSessionId } from '../../domain/ids.ts'
import type { LiveCall } from '../../domain/call.ts'
import type { Room } from '../../domain/room.ts'
import type { ClusterFigures } from '../figures/cluster-figures.ts'
import type { UserListFrame } from '../delivery/user-list-frame.ts'
import type { Registry } from '../registry.ts'
import type { TokenTable } from '../resumption/token-table.ts'
import { isMarked, readEntry } from './boxes/entry.ts'
import { heldBoxes } from './boxes/held-boxes.ts'
import type { Follow } from './follow.ts'
import type { Mail } from './boxes/mail.ts'
import { readNews } from './news.ts'
import type { Replica } from './copy/replica.ts'
import type { SharedTransactions } from './transactions.ts'

interface Deps {
  readonly replica: Replica
  readonly registry: Registry
  readonly mail: Mail
  readonly tokens: Pick<TokenTable, 'forget'>
  readonly userList: Pick<UserListFrame, 'changed'>
  readonly transactions: Pick<SharedTransactions, 'settlementOf' | 'forget'>
  readonly follow: Follow
  readonly log: Log
  readonly figures: Pick<ClusterFigures, 'lags'>
  /** Milliseconds of the clock that all nodes share. */
  readonly nowMs: () => number
}

/** What this node does with all that it hears of what nodes share. */
export function makeFollower(deps: Deps): Follower {
  const { replica, registry, mail, tokens, userList, transactions, follow, log, figures, nowMs } = deps
  return {
    begin(whole) {
      guarded(() => {
        replica.begin(whole)
        userList.changed()
        for (const id of replica.sessions.keys()) follow.know(id)
        mail.carryOut(() => {
          follow.effects(replica.links.flatMap(linked))
        })
        const { size: sessions } = replica.sessions
        log.debug({ nodes: whole.nodes.length, sessions }, 'this node knows what all share')
      })
    },

    committed(commit) {
      guarded(() => {
        replica.apply(commit)
        const settle = transactions.settlementOf(commit)
        if (settle !== undefined) {
          mail.carryOut(settle)
          return
        }
        const { at, effects } = readNews(commit.news)
        mail.carryOut(() => {
          follow.effects(effects)
        })
        if (commit.origin !== replica.self) figures.lags.add(Math.max(0, nowMs() - at))
      })
    },

    posted(session, entry) {
      guarded(() => {
        const id = parseSessionId(session)
        if (id === undefined) return
        registry.get(id)?.take(readEntry(entry), isMarked(entry, 'passing'))
        if (isMarked(entry, 'answer')) mail.answered(id)
      })
    },

    held() {
      return { ...replica.held(), boxes: heldBoxes(registry, mail), homes: homes() }
    },

    restored(gaps) {
      mail.startAnew()
      for (const session of gaps) {
        const id = parseSessionId(session)
        if (id !== undefined) replica.gaps.add(id)
      }
    },

    nodesChanged(live) {
      replica.nodes = live
      log.info({ nodes: live.length }, 'the nodes of the cluster are others')
    },

    fenced() {
      guarded(() => {
        log.error({}, 'this node was taken for dead: its clients are sent away')
        transactions.forget()
        mail.carryOut(() => {
          follow.effects(replica.links.flatMap(unlinked))
        })
        for (const session of [...registry.everywhere()]) {
          const { endpoint } = session
          session.ended = true
          tokens.forget(session)
          session.resumption?.ended()
          registry.remove(session.id)
          endpoint?.fail({ reason: 'shutting_down' })
          endpoint?.bind(undefined)
        }
      })
    },
  }

  function homes(): ReadonlyMap<string, string | undefined> {
    return new Map(
      [...replica.sessions].map(([id, { home }]) => {
        const isLeft = home.node === replica.self && registry.get(id)?.elsewhere !== undefined
        return [id, isLeft ? undefined : home.node]
      }),
    )
  }

  // One commit that cannot be carried out must not keep this node from hearing of the next.
  function guarded(task: () => void): void {
    try {
      task()
    } catch (error) {
      log.error({ err: error }, 'fault while following what nodes share')
    }
  }
}

/** What makes a call or a room known to the sessions that are in it. */
function linked(it: LiveCall | Room): readonly Effect[] {
  if ('members' in it) return it.members.map((member) => ({ kind: 'room-entered', room: it, member }))
  return it.phase === 'ringing' ? [{ kind: 'call-placed', call: it }] : [{ kind: 'call-connected', call: it }]
}

/** Of a room nothing is to be left. What is known of a call goes with its sessions. */
function unlinked(it: LiveCall | Room): readonly Effect[] {
  return 'members' in it ? it.members.map((member) => ({ kind: 'room-left', room: it, member })) : []
}
