import type { Effect } from '../../application/effect.ts'
import type { DoNotDisturb } from '../../application/ports/do-not-disturb.ts'
import { encodeMessage, numbered } from '../../protocol/codec/encode-message.ts'
import { encodeFrame } from '../../protocol/framing/frame.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import type { Feeds } from '../presence/feeds.ts'
import type { Registry } from '../registry.ts'
import type { TokenTable } from '../resumption/token-table.ts'
import type { SfuSeats } from '../sfu/sfu-seats.ts'
import type { DeliverWatch } from './deliver-watch.ts'
import { presentCall } from './present/present-call.ts'
import { presentRoom } from './present/present-room.ts'
import type { PublicSettings } from './public-settings.ts'
import type { UserListFrame } from './user-list-frame.ts'

interface Deps {
  readonly registry: Registry
  readonly tokens: TokenTable
  readonly feeds: Feeds
  readonly userList: UserListFrame
  readonly watch: DeliverWatch
  /** Undefined where no room has an SFU. */
  readonly seats: Pick<SfuSeats, 'resumed'> | undefined
  readonly doNotDisturb: Pick<DoNotDisturb, 'isOn'>
  readonly settings: PublicSettings
}

/** RESUMED, and in the same breath all that was missed: nothing can come in between. */
export type AnswerResumed = (
  effect: Extract<Effect, { kind: 'answer-resumed' }>,
  asked: { readonly by: Endpoint; readonly requestId: string | undefined },
) => void

export function makeAnswerResumed({
  registry,
  tokens,
  feeds,
  userList,
  watch,
  seats,
  doNotDisturb,
  settings,
}: Deps): AnswerResumed {
  return ({ session: id, user, call, room, users, watched }, { by, requestId }) => {
    const session = registry.get(id)
    const token = session === undefined ? undefined : tokens.renew(session)
    if (session?.resumption === undefined || token === undefined) throw new Error('nothing to resume')
    if (users !== undefined) feeds.users.listRead()
    const { received } = session.resumption
    const missed = session.resumption.outbox.messages
    const resumed = encodeMessage(
      {
        type: 'RESUMED',
        payload: {
          user_id: user.id,
          username: user.username,
          session_token: token,
          resume_window_ms: settings.limits.resume_window_ms,
          replayed: missed.length,
          received,
          call: call === undefined ? null : presentCall(session.capabilities, call),
          ...(session.capabilities.has('rooms')
            ? { room: room === undefined ? null : presentRoom(room) }
            : {}),
          ...(session.capabilities.has('account') ? { do_not_disturb: doNotDisturb.isOn(user.id) } : {}),
        },
      },
      { requestId },
    )
    const replay = missed.map((owed) => encodeFrame(owed.code, numbered(owed, owed.seq)))
    const list = users === undefined ? [] : [userList.get(users)]
    by.sendFrames([resumed, ...replay, ...list, ...watch.resumed(session, watched)])
    if (room?.room.mode === 'sfu') seats?.resumed(session, room.room)
  }
}
