import type { UseCases } from '../application/use-cases.ts'
import type { Effect } from '../application/effect.ts'
import type { CallStore } from '../application/ports/call-store.ts'
import type { Clock } from '../application/ports/clock.ts'
import type { Presence } from '../application/ports/presence.ts'
import type { SavedSession, Snapshot } from '../application/ports/session-archive.ts'
import type { UserStore } from '../application/ports/user-store.ts'
import type { LiveCall } from '../domain/call.ts'
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
          state: present.state,
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
      let passedOver = 0
      const toMonotonic = clock.monotonicMs() - clock.wallMs()
      // In the order of their detachment, which is the order of their end.
      for (const saved of snapshot.sessions.toSorted((a, b) => a.detachedSince - b.detachedSince)) {
        const { id, user, state, outbox, received } = saved
        // The account may have been taken out of the file meanwhile.
        if ((await users.findById(user.id))?.username !== user.username) {
          passedOver += 1
          continue
        }
        const messages = outbox.messages.map(({ code, text }) => ({
          code,
          text,
          frameBytes: frameBytes(text),
        }))
        const resumption = {
          outbox: new Outbox(outboxLimits, outbox.firstSeq, messages),
          received,
          tokens: { current: saved.tokens.current, previous: saved.tokens.previous },
        }
        const session = new Session({ id, user }, new Set(agreeOn(saved.capabilities)), resumption)
        registry.add(session)
        tokens.adopt(session)
        await presence.put({ user, session: id, state, detachedSince: saved.detachedSince + toMonotonic })
      }
      const restored = snapshot.calls.map((call) => shifted(call, toMonotonic))
      await calls.restore(restored)
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
}

/** The call with its instants moved from one clock to another. */
function shifted(call: LiveCall, by: number): LiveCall {
  if (call.phase === 'ringing') return { ...call, since: call.since + by }
  return {
    ...call,
    talkingSince: call.talkingSince === undefined ? undefined : call.talkingSince + by,
  }
}
