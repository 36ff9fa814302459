import type { WhichSessions } from '../application/admin/end-sessions.ts'
import type { HistoryPage } from '../application/history/history-effect.ts'
import { advanceCall } from '../application/call/advance-call.ts'
import type { HistoryQuery } from '../application/ports/call-history.ts'
import type { SharedState } from '../application/ports/shared-state.ts'
import type { Clock } from '../application/ports/system/clock.ts'
import type { Transact } from '../application/ports/transaction.ts'
import type { UseCases } from '../application/use-cases.ts'
import type { LiveCall } from '../domain/call.ts'
import type { CallId, SessionId, UserId } from '../domain/ids.ts'
import type { User } from '../domain/user.ts'
import type { Capability } from '../protocol/capabilities.ts'
import type { Transport } from './conversation/sink.ts'
import { answer, decide } from './decide.ts'
import type { Deliver } from './delivery/deliver.ts'
import { byPhase, makeNodeAdministration, type NodeAdministration } from './node-administration.ts'
import type { Registry } from './registry.ts'
import { makeRoomAdministration, type RoomAdministration } from './room-administration.ts'
import type { Session } from './session.ts'
import type { Replica } from './shared/copy/replica.ts'

/** A session as an administrator sees it. */
export interface SessionView {
  readonly id: SessionId
  readonly user: User
  readonly capabilities: ReadonlySet<Capability>
  readonly call: string | undefined
  readonly isConnected: boolean
  /** What carries its connection, or carried it. */
  readonly transport: string
  /** Where it is, or was connected last; undefined where there are no other nodes. */
  readonly node: string | undefined
  /** Undefined while it waits for its client, and where it is at another node. */
  readonly connection:
    | { readonly id: number; readonly address: string; readonly transport: Transport }
    | undefined
}

/** What an administrator may see and do of sessions and calls. */
export interface Administration {
  /** This node's: the sums over all nodes are what there is. */
  readonly countSessions: () => { readonly live: number; readonly detached: number }
  /** This node's: those whose caller is here. */
  readonly countCalls: () => Promise<{ readonly ringing: number; readonly active: number }>
  /** Whose session it is. */
  readonly userOf: (session: SessionId) => UserId | undefined
  /** `offline` where there is none. */
  readonly stateOf: (user: UserId) => 'live' | 'detached' | 'offline'
  /** Lists that clients are sent from now on are made anew. */
  readonly accountsChanged: () => void
  /** The newest calls of a user. */
  history(user: UserId, query: HistoryQuery): Promise<HistoryPage>
  /** The account is gone, and its sessions have ended. */
  readonly forgetHistory: (user: UserId) => void
  /** Of all nodes, the oldest first; to be walked before anything is awaited. */
  sessions(): Iterable<SessionView>
  calls(): Promise<readonly LiveCall[]>
  /** How many there were to end. */
  readonly endSessions: (which: WhichSessions) => Promise<number>
  /** False where there is no such call. */
  endCall(id: CallId): Promise<boolean>
  readonly rooms: RoomAdministration
  /** Undefined where the daemon is alone. */
  readonly nodes: NodeAdministration | undefined
}

interface Deps {
  readonly registry: Registry
  readonly transact: Transact
  readonly deliver: Deliver
  readonly useCases: UseCases
  readonly clock: Clock
  /** Undefined where the daemon is alone. */
  readonly shared: { readonly replica: Replica; readonly state: SharedState } | undefined
}

export function makeAdministration(deps: Deps): Administration {
  const { registry, deliver, useCases, clock, shared } = deps
  const isOurs = (session: SessionId) => shared?.replica.isOurs(session) ?? true
  return {
    countSessions() {
      const counts = { live: 0, detached: 0 }
      for (const { id, isConnected } of registry.everywhere())
        if (isOurs(id)) counts[isConnected ? 'live' : 'detached'] += 1
      return counts
    },

    async countCalls() {
      const calls = await listCalls()
      return byPhase(calls.filter((call) => shared?.replica.isOurCall(call) ?? true))
    },

    userOf: (session) => registry.get(session)?.user.id,

    stateOf(user) {
      const sessions = registry.ofUser(user)
      if (sessions.length === 0) return 'offline'
      return sessions.some(({ isConnected }) => isConnected) ? 'live' : 'detached'
    },

    accountsChanged() {
      deliver([{ kind: 'accounts-changed' }])
    },

    history: (user, query) => decide(deps, async () => answer(await useCases.lookAtHistory(user, query))),

    forgetHistory(user) {
      deliver([{ kind: 'history-forgotten', user }])
    },

    *sessions() {
      for (const session of registry.everywhere())
        yield view(session, shared?.replica.homeOf(session.id)?.node)
    },

    calls: listCalls,

    rooms: makeRoomAdministration({ ...deps, isOurs }),
    nodes: shared && makeNodeAdministration({ ...shared, registry }),

    endSessions: (which) =>
      decide(deps, async (tx) => {
        const effects = await useCases.endSessions(tx, which, 'end_session')
        return { value: effects.filter(({ kind }) => kind === 'session-ended').length, effects }
      }),

    endCall: (id) =>
      decide(deps, async (tx) => {
        const ended = await advanceCall(tx, id, { kind: 'end_call', at: clock.monotonicMs() })
        return { value: ended.ok, effects: ended.ok ? ended.value : [] }
      }),
  }

  function listCalls(): Promise<readonly LiveCall[]> {
    return decide(deps, async (tx) => answer(await tx.calls.list()))
  }
}

function view(session: Session, node: string | undefined): SessionView {
  const { id, user, capabilities, call, endpoint, isConnected, device } = session
  const connection = endpoint && { id: endpoint.id, address: endpoint.address, transport: endpoint.transport }
  const { transport } = device
  return { id, user, capabilities, call: call?.id, isConnected, transport, node, connection }
}
