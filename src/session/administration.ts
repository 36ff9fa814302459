import type { WhichSessions } from '../application/admin/end-sessions.ts'
import type { HistoryPage } from '../application/history/history-effect.ts'
import { advanceCall } from '../application/call/advance-call.ts'
import type { HistoryQuery } from '../application/ports/call-history.ts'
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
import type { Registry } from './registry.ts'
import { makeRoomAdministration, type RoomAdministration } from './room-administration.ts'
import type { Session } from './session.ts'

/** A session as an administrator sees it. */
export interface SessionView {
  readonly id: SessionId
  readonly user: User
  readonly capabilities: ReadonlySet<Capability>
  readonly call: string | undefined
  /** Undefined while it waits for its client. */
  readonly connection:
    | { readonly id: number; readonly address: string; readonly transport: Transport }
    | undefined
}

/** What an administrator may see and do of sessions and calls. */
export interface Administration {
  readonly countSessions: () => { readonly live: number; readonly detached: number }
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
  /** The oldest first; to be walked before anything is awaited. */
  sessions(): Iterable<SessionView>
  calls(): Promise<readonly LiveCall[]>
  /** How many there were to end. */
  endSessions(which: WhichSessions): Promise<number>
  /** False where there is no such call. */
  endCall(id: CallId): Promise<boolean>
  readonly rooms: RoomAdministration
}

interface Deps {
  readonly registry: Registry
  readonly transact: Transact
  readonly deliver: Deliver
  readonly useCases: UseCases
  readonly clock: Clock
}

export function makeAdministration(deps: Deps): Administration {
  const { registry, deliver, useCases, clock } = deps
  return {
    countSessions() {
      let live = 0
      for (const { endpoint } of registry.all()) if (endpoint !== undefined) live += 1
      return { live, detached: registry.size - live }
    },

    async countCalls() {
      const calls = await listCalls()
      const ringing = calls.filter(({ phase }) => phase === 'ringing').length
      return { ringing, active: calls.length - ringing }
    },

    userOf: (session) => registry.get(session)?.user.id,

    stateOf(user) {
      const sessions = registry.ofUser(user)
      if (sessions.length === 0) return 'offline'
      return sessions.some(({ endpoint }) => endpoint !== undefined) ? 'live' : 'detached'
    },

    accountsChanged() {
      deliver([{ kind: 'accounts-changed' }])
    },

    history: (user, query) => decide(deps, async () => answer(await useCases.lookAtHistory(user, query))),

    forgetHistory(user) {
      deliver([{ kind: 'history-forgotten', user }])
    },

    *sessions() {
      for (const session of registry.all()) yield view(session)
    },

    calls: listCalls,

    rooms: makeRoomAdministration(deps),

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

function view({ id, user, capabilities, call, endpoint }: Session): SessionView {
  const connection = endpoint && { id: endpoint.id, address: endpoint.address, transport: endpoint.transport }
  return { id, user, capabilities, call: call?.id, connection }
}
