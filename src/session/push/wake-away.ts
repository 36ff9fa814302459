import type { Effect } from '../../application/effect.ts'
import type { MessageEffect } from '../../application/messages/message-effect.ts'
import type { DoNotDisturb } from '../../application/ports/do-not-disturb.ts'
import type { Waker, WakeNews } from '../../application/ports/waker.ts'
import { outcomeFor } from '../../domain/call-record.ts'
import { usersOfKey } from '../../domain/conversation.ts'
import { parseUserId } from '../../domain/ids.ts'
import type { Registry } from '../registry.ts'

interface Deps {
  readonly waker: Waker
  readonly registry: Registry
  readonly doNotDisturb: Pick<DoNotDisturb, 'isOn'>
  readonly ringTimeoutMs: number
}

export interface WakeAway {
  /** Whether a call may ring on at somebody who has no connection now. */
  readonly mayWake: (user: string) => Promise<boolean>
  /** Wakes those whom an effect concerns and who have no connection: of what this node has decided. */
  readonly witness: (effect: Effect) => void
}

export function makeWakeAway({ waker, registry, doNotDisturb, ringTimeoutMs }: Deps): WakeAway {
  return {
    async mayWake(user) {
      const id = parseUserId(user)
      if (id === undefined || isThere(id)) return false
      return waker.reaches(id)
    },

    witness(effect) {
      const { kind } = effect
      if (kind === 'message-news') {
        tellMessage(effect)
      } else if (kind === 'call-placed' && effect.call.woken === true) {
        const { id: call, caller: from, callee } = effect.call
        waker.tell(callee.id, { kind: 'call', call, from, forMs: ringTimeoutMs })
      } else if (kind === 'call-connected' && effect.call.woken === true) {
        const { id: call, caller: from, callee } = effect.call
        waker.tell(callee.id, { kind: 'call-over', call, from, outcome: 'answered' })
      } else if (kind === 'call-ended' && effect.call.woken === true) {
        const { id: call, caller: from, callee, activeSince: answeredAt, reason, endedBy } = effect.call
        // The others know since it was answered.
        if (answeredAt !== undefined) return
        const outcome = outcomeFor('callee', { answeredAt, reason, endedBy })
        waker.tell(callee.id, {
          kind: 'call-over',
          call,
          from,
          outcome: outcome === 'declined' ? outcome : 'missed',
        })
      }
    },
  }

  function tellMessage({ news, to }: Extract<MessageEffect, { kind: 'message-news' }>): void {
    if (news.event !== 'posted' || news.message.deletedAt !== undefined) return
    const { id: message, conversation, from, text } = news.message
    // Who is in a room is there, or comes back.
    const users = usersOfKey(conversation)
    for (const user of to) {
      if (user === from || !users.includes(user) || isThere(user) || doNotDisturb.isOn(user)) continue
      const told: WakeNews = {
        kind: 'message',
        message,
        conversation,
        from: { id: from, username: news.username },
        text,
      }
      waker.tell(user, told)
    }
  }

  function isThere(user: Parameters<Waker['reaches']>[0]): boolean {
    return registry.ofUser(user).some(({ isConnected }) => isConnected)
  }
}
