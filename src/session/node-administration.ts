import type { SharedState } from '../application/ports/shared-state.ts'
import type { LiveCall } from '../domain/call.ts'
import type { Registry } from './registry.ts'
import type { Replica } from './shared/copy/replica.ts'

/** A node of the cluster as an administrator sees it. */
export interface NodeView {
  readonly name: string
  /** The one that is asked. */
  readonly isThis: boolean
  readonly sessions: { readonly live: number; readonly detached: number }
  /** A call is where its caller is. */
  readonly calls: { readonly ringing: number; readonly active: number }
  /** How much longer it may write; of others it is not known here. */
  readonly leaseLeftMs: number | undefined
}

/** What an administrator may see of the nodes that share sessions, calls and rooms. */
export interface NodeAdministration {
  /** Those that live, by name. */
  list(): readonly NodeView[]
  readonly count: () => number
  /** Of this node; 0 once others may declare it dead. */
  readonly leaseLeftMs: () => number
}

interface Deps {
  readonly registry: Registry
  readonly replica: Replica
  readonly state: Pick<SharedState, 'node' | 'leaseLeftMs'>
}

export function makeNodeAdministration({ registry, replica, state }: Deps): NodeAdministration {
  return {
    list() {
      const sessions = [...registry.everywhere()]
      const calls = replica.links.filter(isCall)
      return replica.nodes.map((name) => {
        const own = sessions.filter(({ id }) => replica.keeperOf(id) === name)
        const live = own.filter(({ isConnected }) => isConnected).length
        const isThis = name === state.node
        return {
          ...{ name, isThis },
          sessions: { live, detached: own.length - live },
          calls: byPhase(calls.filter((call) => replica.callKeeperOf(call) === name)),
          leaseLeftMs: isThis ? leaseLeftMs() : undefined,
        }
      })
    },

    count: () => replica.nodes.length,
    leaseLeftMs,
  }

  function leaseLeftMs(): number {
    return Math.max(0, state.leaseLeftMs())
  }
}

export function byPhase(calls: readonly LiveCall[]): NodeView['calls'] {
  const ringing = calls.filter(({ phase }) => phase === 'ringing').length
  return { ringing, active: calls.length - ringing }
}

function isCall(link: Replica['links'][number]): link is LiveCall {
  return 'phase' in link
}
