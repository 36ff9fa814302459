import type { Effect } from '../../application/effect.ts'
import type { Device } from '../../application/ports/session-journal.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Tx } from '../../application/ports/transaction.ts'
import type { UseCases } from '../../application/use-cases.ts'
import { setState } from '../../application/user/set-state.ts'
import type { LiveCall } from '../../domain/call.ts'
import type { SessionId } from '../../domain/ids.ts'
import { UserState } from '../../domain/user-state.ts'
import { agreeOn } from '../../protocol/capabilities.ts'
import type { Registry } from '../registry.ts'
import { Session } from '../session.ts'
import { callsOfParties } from './calls-of-parties.ts'
import type { MakeResumption } from './make-resumption.ts'
import type { Left, LeftSession } from './replay.ts'
import { shifted } from './shifted.ts'
import type { TokenTable } from './token-table.ts'

interface Deps {
  readonly useCases: Pick<UseCases, 'mayComeBack'>
  readonly clock: Clock
  readonly registry: Registry
  readonly tokens: TokenTable
  readonly makeResumption: MakeResumption
  /** How many sessions a user may have at once; 1 or more. */
  readonly maxSessionsPerUser: number
}

interface Restored {
  /** The sessions that were not taken up, because their accounts are gone or have as many as may be. */
  readonly passedOver: ReadonlySet<SessionId>
  /** What makes the calls known to the sessions of their parties. */
  readonly effects: readonly Effect[]
}

/** Takes up what an earlier run of the daemon left (LIFE-12). */
export type Restore = (tx: Tx, left: Left) => Promise<Restored>

export function makeRestore({
  useCases,
  clock,
  registry,
  tokens,
  makeResumption,
  maxSessionsPerUser,
}: Deps): Restore {
  return async (tx, left) => {
    const shift = clock.monotonicMs() - clock.wallMs()
    const passedOver = new Set<SessionId>()
    // In the order of their detachment, which is the order of their end.
    for (const session of left.sessions.toSorted((a, b) => a.detachedSince - b.detachedSince)) {
      if (await canComeBack(session)) await bringBack(tx, session, shift)
      else passedOver.add(session.id)
    }
    const calls = callsOfParties(left.calls).map((call) => shifted(call, shift, clock.monotonicMs()))
    await tx.calls.restore(calls)
    for (const call of calls) await setBusy(tx, call)
    return { passedOver, effects: calls.map(taken) }
  }

  /** The account may have been taken out of its file meanwhile. */
  async function canComeBack({ id, user, tokens: hashes }: LeftSession): Promise<boolean> {
    if (hashes.current === undefined) return false
    if (registry.get(id) !== undefined || registry.ofUser(user.id).length >= maxSessionsPerUser) return false
    return useCases.mayComeBack(user)
  }

  async function bringBack(tx: Tx, left: LeftSession, shift: number): Promise<void> {
    const { id, user, outbox, device = unknownDevice(left), watching } = left
    const capabilities = agreeOn(left.capabilities)
    const resumption = makeResumption({
      id,
      user,
      device,
      capabilities,
      left: { ...left, firstSeq: outbox.firstSeq },
    })
    for (const [index, owed] of outbox.messages.entries()) resumption.owe(owed, index < outbox.sentCount)
    const detachedSince = Math.min(left.detachedSince + shift, clock.monotonicMs())
    resumption.detached(detachedSince, clock.wallMs())
    const session = new Session({ id, user, device }, capabilities, resumption)
    session.watching = watching
    registry.add(session)
    tokens.adopt(session)
    await tx.sessions.put({ id, user, capabilities, detachedSince, watching })
    await tx.presence.put({ user, state: UserState.Available })
  }

  /** Who is called is Busy only once it has accepted (PRES-5). */
  async function setBusy(tx: Tx, { phase, caller, callee }: LiveCall): Promise<void> {
    await setState(tx, caller, UserState.Busy)
    if (phase === 'active') await setState(tx, callee, UserState.Busy)
  }
}

/** Of an earlier version, which wrote nothing of it. */
function unknownDevice({ detachedSince: since }: LeftSession): Device {
  return { client: '', transport: 'tcp', since: Math.round(since) }
}

function taken(call: LiveCall): Effect {
  return call.phase === 'ringing' ? { kind: 'call-placed', call } : { kind: 'call-connected', call }
}
