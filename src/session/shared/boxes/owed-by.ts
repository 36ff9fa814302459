import type { Effect } from '../../../application/effect.ts'
import type { Owed } from '../../../application/ports/session-journal.ts'
import type { SessionRecord } from '../../../application/ports/sessions.ts'
import type { Tx } from '../../../application/ports/transaction.ts'
import { agreeOn } from '../../../protocol/capabilities.ts'
import type { ServerMessage } from '../../../protocol/message-table.ts'
import { isSequenced } from '../../../protocol/sequenced.ts'
import { isAddressed, isTold, presentTo } from '../../delivery/present/present-call.ts'
import { presentMessage } from '../../delivery/present/present-messages.ts'
import { presentMoved } from '../../delivery/present/present-devices.ts'
import { presentRoom, presentRoomNews } from '../../delivery/present/present-room.ts'
import { owedOf } from '../../resumption/owed-of.ts'

/** A message, and the sessions whose outboxes it is to be in. */
export interface OwedTo {
  readonly sessions: readonly SessionRecord[]
  readonly owed: Owed
}

/**
 * What an effect puts into outboxes: just what `deliver` will send to the same sessions where they are. `requestId`: of
 * whoever asked.
 */
export async function owedBy(
  tx: Tx,
  effect: Effect,
  requestId: string | undefined,
): Promise<readonly OwedTo[]> {
  if (isTold(effect)) {
    const all = await tx.sessions.ofUser(effect.to)
    return all
      .filter(({ id }) => isAddressed(effect, id))
      .flatMap((session) =>
        presentTo(agreeOn([...session.capabilities]), effect).flatMap((message) => owe([session], message)),
      )
  }
  switch (effect.kind) {
    case 'answer-call-moved': {
      const session = await tx.sessions.find(effect.session)
      if (session === undefined) return []
      return owe([session], presentMoved(agreeOn([...session.capabilities]), effect.view), requestId)
    }
    case 'answer-room-joined': {
      const session = await tx.sessions.find(effect.session)
      if (session === undefined) return []
      return owe([session], { type: 'ROOM_JOINED', payload: presentRoom(effect.view) }, requestId)
    }
    case 'room-news': {
      const room = await tx.rooms.find(effect.room)
      const others = room?.members.filter(({ session }) => session !== effect.member.session) ?? []
      return owe(await found(tx, others), presentRoomNews(effect))
    }
    case 'room-goodbye':
    case 'room-muted':
      return owe(await found(tx, [effect]), presentRoomNews(effect))
    case 'room-invitation': {
      const all = await tx.sessions.ofUser(effect.to)
      return owe(
        all.filter(({ capabilities }) => capabilities.has('rooms')),
        presentRoomNews(effect),
      )
    }
    case 'message-news': {
      const { news, to, session: asker } = effect
      if (news.event !== 'posted') return []
      const all = (await Promise.all(to.map((user) => tx.sessions.ofUser(user)))).flat()
      const told = all.filter(({ capabilities }) => capabilities.has('messages'))
      const message = { type: 'MESSAGE', payload: presentMessage(news) } as const
      return [
        ...owe(
          told.filter(({ id }) => id !== asker),
          message,
        ),
        ...owe(
          told.filter(({ id }) => id === asker),
          message,
          requestId,
        ),
      ]
    }
    case 'accounts-changed':
    case 'answer-account-deleted':
    case 'answer-conversations':
    case 'answer-devices':
    case 'answer-do-not-disturb':
    case 'answer-history':
    case 'answer-logged-in':
    case 'answer-logged-out':
    case 'answer-messages':
    case 'answer-password-changed':
    case 'answer-push':
    case 'answer-registered':
    case 'answer-resumed':
    case 'answer-room-list':
    case 'answer-user-list':
    case 'answer-watched':
    case 'call-changed':
    case 'call-connected':
    case 'call-ended':
    case 'call-moved':
    case 'call-placed':
    case 'call-quality':
    case 'call-refused':
    case 'call-rings-at':
    case 'history-forgotten':
    case 'history-seen':
    case 'ice-servers':
    case 'presence':
    case 'relay':
    case 'room-changed':
    case 'room-ended':
    case 'room-entered':
    case 'room-left':
    case 'room-member-changed':
    case 'sfu-layers':
    case 'sfu-renew':
    case 'sfu-signal':
    case 'session-attached':
    case 'session-detached':
    case 'session-ended':
    case 'session-opened':
    case 'session-watches':
      return []
  }
}

function owe(
  sessions: readonly SessionRecord[],
  message: ServerMessage,
  requestId?: string,
): readonly OwedTo[] {
  const resumable = sessions.filter(({ capabilities }) => capabilities.has('resume'))
  if (resumable.length === 0 || !isSequenced(message)) return []
  return [{ sessions: resumable, owed: owedOf(message, requestId) }]
}

async function found(
  tx: Tx,
  which: readonly { readonly session: SessionRecord['id'] }[],
): Promise<readonly SessionRecord[]> {
  const sessions = await Promise.all(which.map(({ session }) => tx.sessions.find(session)))
  return sessions.flatMap((session) => session ?? [])
}
