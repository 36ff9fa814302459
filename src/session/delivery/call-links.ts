import type { Log } from '../../application/ports/system/log.ts'
import type { ActiveCall, EndedCall, LiveCall, RingingCall } from '../../domain/call.ts'
import type { SessionId } from '../../domain/ids.ts'
import { signalHead } from '../../protocol/verbatim/verbatim-signal.ts'
import type { Registry } from '../registry.ts'
import type { KeptCalls } from '../resumption/kept-calls.ts'
import type { Session } from '../session.ts'

/** Writes into the parties' sessions what relaying needs to know of their call, and erases it. */
export interface CallLinks {
  placed(call: RingingCall): void
  ringsAt(call: RingingCall, session: SessionId): void
  connected(call: ActiveCall): void
  /** Another session of a party has it. */
  moved(call: ActiveCall): void
  changed(call: LiveCall): void
  ended(call: EndedCall): void
}

interface Deps {
  readonly registry: Registry
  /** Absent where no call outlives the process. */
  readonly kept: KeptCalls | undefined
  readonly log: Log
}

export function makeCallLinks({ registry, kept, log }: Deps): CallLinks {
  return {
    placed(call) {
      const { id, caller, callee, callerSession, transfer } = call
      kept?.put(call)
      const from = transfer === undefined ? registry.get(callerSession) : undefined
      if (from !== undefined) from.call = { id, peer: callee, active: false }
      for (const session of registry.ofUser(callee.id)) session.call = { id, peer: caller, active: false }
      log.info({ call: id, caller: caller.id, callee: callee.id }, 'call placed')
    },

    ringsAt({ id, caller }, name) {
      const session = registry.get(name)
      if (session !== undefined) session.call = { id, peer: caller, active: false }
    },

    connected(call) {
      const { id, caller, callee } = call
      link(call)
      log.info({ call: id, caller: caller.id, callee: callee.id }, 'call active')
    },

    moved(call) {
      const { id, caller, callee } = call
      link(call)
      log.info({ call: id, caller: caller.id, callee: callee.id }, 'call moved')
    },

    changed(call) {
      kept?.put(call)
    },

    ended({ id, caller, callee, reason, durationMs: duration_ms }) {
      kept?.drop(id)
      for (const { id: user } of [caller, callee])
        for (const session of registry.ofUser(user)) unlink(session, id)
      log.info({ call: id, caller: caller.id, callee: callee.id, reason, duration_ms }, 'call ended')
    },
  }

  /** The two sessions that have the call, and no others. */
  function link(call: ActiveCall): void {
    const { id, caller, callee, sessions } = call
    kept?.put(call)
    for (const { id: user } of [caller, callee])
      for (const session of registry.ofUser(user)) unlink(session, id)
    const [a, b] = [registry.get(sessions.caller), registry.get(sessions.callee)]
    if (a !== undefined) {
      a.call = { id, peer: callee, active: true }
      a.peer = b
      a.signalHead = signalHead(id, caller.id, callee.id)
    }
    if (b !== undefined) {
      b.call = { id, peer: caller, active: true }
      b.peer = a
      b.signalHead = signalHead(id, callee.id, caller.id)
    }
  }
}

function unlink(session: Session, call: string): void {
  if (session.call?.id !== call) return
  session.call = undefined
  session.peer = undefined
  session.signalHead = undefined
}
