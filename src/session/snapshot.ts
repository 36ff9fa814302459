import type { Effect } from '../application/effect.ts'
import type { UseCases } from '../application/use-cases.ts'
import type { CallStore } from '../application/ports/call-store.ts'
import type { Clock } from '../application/ports/clock.ts'
import type { Presence } from '../application/ports/presence.ts'
import type { SavedSession, Snapshot } from '../application/ports/session-archive.ts'
import type { UserStore } from '../application/ports/user-store.ts'
import { setState } from '../application/user/set-state.ts'
import type { LiveCall } from '../domain/call.ts'
import type { UserId } from '../domain/ids.ts'
import { UserState } from '../domain/user-state.ts'
import { agreeOn } from '../protocol/capabilities.ts'
import { frameBytes } from '../protocol/frame.ts'
import type { Deliver } from './deliver.ts'
import { Outbox, type OutboxLimits } from './outbox.ts'
import type { Registry } from './registry.ts'
import { Session } from './session.ts'
import type { TokenTable } from './token-table.ts'

interface Deps {
  readonly users: UserStore
  readonly presence: Presence
  readonly calls: CallStore
  readonly clock: Clock
  readonly useCases: UseCases
  readonly registry: Registry
  readonly tokens: TokenTable
  readonly deliver: Deliver
  readonly outboxLimits: OutboxLimits
}

/** How sessions come through a restart of the daemon (LIFE-12). */
export interface Snapshots {
  /** Ends the calls that cannot go on afterwards: those with a party whose session ends with its connection. */
  endOtherCalls(): Promise<void>
  take(): Promise<Snapshot>
  /** Gives how many sessions were not taken up, because their accounts are gone. */
  restore(snapshot: Snapshot): Promise<number>
}

export function makeSnapshots(deps: Deps): Snapshots {
  const { users, presence, calls, clock, useCases, registry, tokens, deliver, outboxLimits } = deps

  const survives = ({ caller, callee }: LiveCall) =>
    [caller, callee].every(({ id }) => registry.ofUser(id)?.resumption !== undefined)

  async function endOtherCalls(): Promise<void> {
    deliver(await useCases.endCallsBut(clock.monotonicMs(), survives))
  }

  return {
    endOtherCalls,

    async take() {
      await endOtherCalls()
      const toWall = clock.wallMs() - clock.monotonicMs()
      const sessions: SavedSession[] = []
      for (const { id, user, resumption, capabilities } of registry.all()) {
        const present = await presence.find(user.id)
        if (present === undefined || resumption?.tokens.current === undefined) continue
        const { outbox, received } = resumption
        const { current, previous } = resumption.tokens
        sessions.push({
          id,
          user,
          detachedSince: toWall + (present.detachedSince ?? clock.monotonicMs()),
          capabilities: [...capabilities],
          tokens: { current, previous },
          received,
          outbox: {
            firstSeq: outbox.firstSeq,
            messages: outbox.messages.map(({ code, text }) => ({ code, text })),
          },
        })
      }
      return { sessions, calls: (await calls.list()).map((call) => shifted(call, toWall)) }
    },

    async restore(snapshot) {
      const shift = clock.monotonicMs() - clock.wallMs()
      let passedOver = 0
      // In the order of their detachment, which is the order of their end.
      for (const saved of snapshot.sessions.toSorted((a, b) => a.detachedSince - b.detachedSince)) {
        if (await canComeBack(saved)) await bringBack(saved, shift)
        else passedOver += 1
      }
      const restored = snapshot.calls
        .filter(onlyCallOfParties())
        .map((call) => shifted(call, shift, clock.monotonicMs()))
      await calls.restore(restored)
      for (const call of restored) await setBusy(call)
      deliver(
        restored.map((call): Effect => {
          if (call.phase === 'ringing') return { kind: 'call-placed', call }
          return { kind: 'call-connected', call }
        }),
      )
      await endOtherCalls()
      return passedOver
    },
  }

  /** The account may have been taken out of its file meanwhile. */
  async function canComeBack({ id, user }: SavedSession): Promise<boolean> {
    if (registry.get(id) !== undefined || registry.ofUser(user.id) !== undefined) return false
    return (await users.findById(user.id))?.username === user.username
  }

  async function bringBack(saved: SavedSession, shift: number): Promise<void> {
    const { id, user, outbox, received, tokens: hashes } = saved
    const messages = outbox.messages.map(({ code, text }) => ({ code, text, frameBytes: frameBytes(text) }))
    const resumption = {
      outbox: new Outbox(outboxLimits, outbox.firstSeq, messages),
      received,
      tokens: { current: hashes.current, previous: hashes.previous },
    }
    const session = new Session({ id, user }, agreeOn(saved.capabilities), resumption)
    registry.add(session)
    tokens.adopt(session)
    const detachedSince = Math.min(saved.detachedSince + shift, clock.monotonicMs())
    await presence.put({ user, session: id, state: UserState.Available, detachedSince })
  }

  /** Who is called is Busy only once it has accepted (PRES-5). */
  async function setBusy({ phase, caller, callee }: LiveCall): Promise<void> {
    await setState(presence, caller, UserState.Busy)
    if (phase === 'active') await setState(presence, callee, UserState.Busy)
  }
}

/** Nobody is in two calls, whatever the file says. */
function onlyCallOfParties(): (call: LiveCall) => boolean {
  const inCalls = new Set<UserId>()
  return ({ caller, callee }) => {
    if (caller.id === callee.id || inCalls.has(caller.id) || inCalls.has(callee.id)) return false
    inCalls.add(caller.id)
    inCalls.add(callee.id)
    return true
  }
}

/** The call with its instants moved from one clock to another; none of them lies beyond `latest`. */
function shifted(call: LiveCall, by: number, latest = Infinity): LiveCall {
  if (call.phase === 'ringing') return { ...call, since: Math.min(call.since + by, latest) }
  if (call.talkingSince === undefined) return call
  return { ...call, talkingSince: Math.min(call.talkingSince + by, latest) }
}
