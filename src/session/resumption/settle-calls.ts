import type { Effect } from '../../application/effect.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Tx } from '../../application/ports/transaction.ts'
import type { UseCases } from '../../application/use-cases.ts'
import { isIn, type PartyRole, sessionOf } from '../../domain/call.ts'
import type { SessionId } from '../../domain/ids.ts'
import type { Registry } from '../registry.ts'

interface Deps {
  readonly useCases: Pick<UseCases, 'settleCalls'>
  readonly registry: Registry
  readonly clock: Clock
  /** A stop ends active calls of clients that cannot resume too. */
  readonly hangUpUnresumableCalls: boolean
  /** No other node has clients to whom the parties' presence would matter. */
  readonly isAlone: boolean
}

/** Until `isLast` calls are served. `gone`: sessions that cannot come back. */
type SettleCalls = (
  tx: Tx,
  when: { readonly isLast: boolean; readonly gone?: ReadonlySet<SessionId> },
) => Promise<readonly Effect[]>

/** What a restart does to calls with a party that cannot resume (LIFE-1, LIFE-29). */
export function makeSettleCalls(deps: Deps): SettleCalls {
  const { useCases, registry, clock, hangUpUnresumableCalls, isAlone } = deps
  return async (tx, { isLast, gone }) => {
    const effects = await useCases.settleCalls(tx, clock.monotonicMs(), (call) => {
      const { phase } = call
      const canResume = (role: PartyRole) =>
        registry
          .ofUser(call[role].id)
          .some(
            ({ id, resumption, elsewhere }) =>
              (resumption?.isKept === true || elsewhere !== undefined) && isIn(call, role, id),
          )
      if (canResume('caller') && canResume('callee')) return 'go_on'
      const isCut = (role: PartyRole) => {
        const session = sessionOf(call, role)
        return session !== undefined && gone?.has(session) === true
      }
      if (phase === 'ringing' || hangUpUnresumableCalls || isCut('caller') || isCut('callee'))
        return 'shut_down'
      return isLast ? 'abandon' : 'go_on'
    })
    return isAlone ? effects.filter(({ kind }) => kind !== 'presence') : effects
  }
}
