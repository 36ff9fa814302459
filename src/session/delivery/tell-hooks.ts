import type { Effect } from '../../application/effect.ts'
import type { MessageEffect } from '../../application/messages/message-effect.ts'
import type { HookEvent, Hooks } from '../../application/ports/hooks.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { RoomEffect } from '../../application/room/room-effect.ts'
import type { EndedCall } from '../../domain/call.ts'
import type { RoomId } from '../../domain/ids.ts'

interface Deps {
  readonly hooks: Pick<Hooks, 'tell'>
  readonly clock: Clock
}

/** Tells hooks of what this node has decided: others of a cluster follow it, and tell nothing (HOOK-6). */
export function makeTellHooks({ hooks, clock }: Deps): (effect: Effect) => void {
  /** Whom the last member has left just now: what becomes of the room follows. */
  let emptied: RoomId | undefined

  return (effect) => {
    const event = eventOf(effect)
    if (event !== undefined) hooks.tell(event)
  }

  function eventOf(effect: Effect): HookEvent | undefined {
    const { kind } = effect
    if (kind === 'call-placed') return { type: 'call.started', ...partiesOf(effect.call) }
    if (kind === 'call-connected') return { type: 'call.answered', ...partiesOf(effect.call) }
    if (kind === 'call-ended') return { type: 'call.ended', ...partiesOf(effect.call), ...endOf(effect.call) }
    if (kind === 'call-refused') return { type: 'call.refused', ...partiesOf(effect), reason: effect.reason }
    if (kind === 'message-news') return sent(effect)
    if (kind === 'room-entered') return opened(effect)
    if (kind === 'room-left' && effect.room.members.length === 0) emptied = effect.room.id
    if (kind === 'room-changed') return closed(effect.room.id)
    if (kind === 'room-ended') return closed(effect.room)
    return undefined
  }

  function closed(room: RoomId): HookEvent | undefined {
    if (emptied !== room) return undefined
    emptied = undefined
    return { type: 'room.closed', room }
  }

  function endOf({ reason, endedBy, durationMs, since, activeSince, endedAt }: EndedCall) {
    const answeredAt = activeSince === undefined ? undefined : wall(activeSince)
    return { startedAt: wall(since), answeredAt, endedAt: wall(endedAt), durationMs, reason, endedBy }
  }

  function wall(instant: number): number {
    return Math.max(0, Math.round(clock.wallMs() - clock.monotonicMs() + instant))
  }
}

function opened({ room, member }: Extract<RoomEffect, { kind: 'room-entered' }>): HookEvent | undefined {
  if (room.members.length > 1) return undefined
  return { type: 'room.opened', room: room.id, name: room.name, by: member.user }
}

function partiesOf({ id: call, caller, callee }: Pick<EndedCall, 'id' | 'caller' | 'callee'>) {
  return { call, caller, callee }
}

function sent({ news, to }: Extract<MessageEffect, { kind: 'message-news' }>): HookEvent | undefined {
  if (news.event !== 'posted') return undefined
  const { id, conversation, from, text, attachments, deletedAt } = news.message
  // What is sent again may have been deleted meanwhile.
  if (deletedAt !== undefined) return undefined
  return {
    type: 'message.sent',
    message: id,
    conversation,
    from: { id: from, username: news.username },
    to: to.filter((user) => user !== from),
    text,
    files: attachments.map(({ fileId }) => fileId),
  }
}
