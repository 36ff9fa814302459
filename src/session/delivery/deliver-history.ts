import type { HistoryEffect } from '../../application/history/history-effect.ts'
import type { CallDetailLog, DetailedParty } from '../../application/ports/call-detail-log.ts'
import type { CallHistory } from '../../application/ports/call-history.ts'
import type { Guests } from '../../application/ports/guests.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { ActiveCall, EndedCall, PartyRole, RingingCall } from '../../domain/call.ts'
import { type CallRecord, outcomeFor, type RecordedParty } from '../../domain/call-record.ts'
import type { CallId, UserId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import { encodeMessage } from '../../protocol/codec/encode-message.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import type { Registry } from '../registry.ts'
import { CallDetails } from './call-details.ts'
import { presentHistory } from './present/present-history.ts'

interface Deps {
  readonly registry: Registry
  readonly history: CallHistory
  readonly guests: Guests | undefined
  readonly callDetailLog: CallDetailLog
  readonly clock: Clock
}

const BOTH: readonly PartyRole[] = ['caller', 'callee']

interface Asked {
  readonly by: Endpoint
  readonly requestId: string | undefined
}

/** Takes down what has become of calls, and tells of it. */
export interface DeliverHistory {
  readonly details: CallDetails
  placed(call: RingingCall): void
  connected(call: ActiveCall): void
  ended(call: EndedCall): void
  readonly deliver: (effect: HistoryEffect, asked?: Asked) => void
}

export function makeDeliverHistory({
  registry,
  history,
  guests,
  callDetailLog,
  clock,
}: Deps): DeliverHistory {
  const details = new CallDetails({
    clock,
    log: callDetailLog,
    amended: (record) => {
      history.amend(record)
    },
  })
  /** The parties of live calls that are guests: when a call ends, its guest may be gone. */
  const guestsInCalls = new Map<CallId, readonly RecordedParty[]>()

  return {
    details,

    placed({ id, caller, callee }) {
      const there = [caller, callee].map(party).filter(isGuest)
      if (there.length > 0) guestsInCalls.set(id, there)
    },

    connected(call) {
      details.connected(call, {
        caller: registry.get(call.sessions.caller)?.endpoint?.transport,
        callee: registry.get(call.sessions.callee)?.endpoint?.transport,
      })
    },

    ended({ id, caller, callee, reason, endedBy, durationMs, since, activeSince, endedAt, rangForTransfer }) {
      const answeredAt = activeSince === undefined ? undefined : wall(activeSince)
      const when = { startedAt: wall(since), answeredAt, endedAt: wall(endedAt), durationMs }
      const known = guestsInCalls.get(id) ?? []
      guestsInCalls.delete(id)
      const partyOf = (user: User) => known.find((guest) => guest.id === user.id) ?? { id: user.id }
      take(
        { id, caller: partyOf(caller), callee: partyOf(callee), reason, endedBy, ...when },
        { caller, callee },
        rangForTransfer ? ['callee'] : BOTH,
      )
    },

    deliver(effect, asked) {
      switch (effect.kind) {
        case 'call-refused': {
          const { id, caller, callee, reason, at } = effect
          const when = { startedAt: wall(at), endedAt: wall(at), durationMs: 0 }
          take(
            { id, caller: party(caller), callee: party(callee), reason, endedBy: 'server', ...when },
            { caller, callee },
          )
          break
        }
        case 'call-quality':
          details.told(effect.call, effect.by, effect.quality)
          break
        case 'answer-history':
          asked?.by.answerAtCost(encodeMessage(presentHistory(effect.page), { requestId: asked.requestId }))
          break
        case 'history-seen':
          history.markSeen(effect.user, effect.which)
          tellUnseen(effect.user, asked)
          break
        case 'history-forgotten':
          history.forget(effect.user)
          break
        default:
          effect satisfies never
      }
    },
  }

  /** `whose`: in whose history it is an entry, guests left out. */
  function take(
    told: CallRecord,
    users: Readonly<Record<PartyRole, User>>,
    whose: readonly PartyRole[] = BOTH,
  ): void {
    const record = details.ended(told, { caller: detailed('caller'), callee: detailed('callee') })
    history.add(
      record,
      whose.filter((role) => !isGuest(record[role])),
    )
    if (!isGuest(record.callee) && outcomeFor('callee', record) === 'missed') tellUnseen(record.callee.id)

    function detailed(role: PartyRole): DetailedParty {
      const { id, username } = users[role]
      const session = registry.ofUser(id).find(({ call }) => call?.id === told.id)
      const isIn = role === 'caller' || told.answeredAt !== undefined
      const transport = isIn ? session?.endpoint?.transport : undefined
      return { username, isGuest: isGuest(told[role]), transport }
    }
  }

  /** To all sessions of the user; one of them is answered by that. */
  function tellUnseen(user: UserId, asked?: Asked): void {
    const payload = { unseen: history.unseen(user) }
    for (const session of registry.ofUser(user))
      if (session.capabilities.has('history'))
        session.inform(
          { type: 'HISTORY_SEEN', payload },
          asked !== undefined && session.endpoint === asked.by ? asked.requestId : undefined,
        )
  }

  function party({ id, username }: User): RecordedParty {
    return guests?.isGuest(id) === true ? { id, guestName: username } : { id }
  }

  function wall(instant: number): number {
    return Math.max(0, Math.round(clock.wallMs() - clock.monotonicMs() + instant))
  }
}

function isGuest({ guestName }: RecordedParty): boolean {
  return guestName !== undefined
}
