import type { Effect } from '../../application/effect.ts'
import type { DoNotDisturb } from '../../application/ports/do-not-disturb.ts'
import type { SecurityLog } from '../../application/ports/security-log.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { CallId, RoomId, UserId } from '../../domain/ids.ts'
import type { UserListQuery } from '../../application/user/user-list-query.ts'
import type { User } from '../../domain/user.ts'
import { encodeMessage } from '../../protocol/codec/encode-message.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import type { CallLinks } from './call-links.ts'
import type { DeliverHistory } from './deliver-history.ts'
import type { DeliverMessages } from './deliver-messages.ts'
import type { DeliverRoom } from './deliver-room.ts'
import type { AnswerResumed } from './answer-resumed.ts'
import type { DeliverWatch } from './deliver-watch.ts'
import { issueTo } from './ice-renewal.ts'
import type { Figures } from '../figures/figures.ts'
import type { Lifecycle } from '../lifecycle.ts'
import { present, presentSignal } from './present/present.ts'
import { presentUserList } from './present/present-user-list.ts'
import type { Feeds } from '../presence/feeds.ts'
import { presentDevices, presentMoved } from './present/present-devices.ts'
import type { PublicSettings } from './public-settings.ts'
import type { Resumption } from '../resumption/resumption.ts'
import type { Registry } from '../registry.ts'
import type { Session } from '../session.ts'
import type { SfuSeats } from '../sfu/sfu-seats.ts'
import type { TokenTable } from '../resumption/token-table.ts'
import type { Tell } from './tell.ts'
import type { UserListFrame } from './user-list-frame.ts'

interface Deps {
  readonly registry: Registry
  readonly lifecycle: Lifecycle
  readonly tokens: TokenTable
  readonly feeds: Feeds
  readonly userList: UserListFrame
  readonly links: CallLinks
  readonly deliverRoom: DeliverRoom
  readonly seats: Pick<SfuSeats, 'carryOut'> | undefined
  readonly resumed: AnswerResumed
  readonly watch: DeliverWatch
  readonly tell: Tell
  readonly history: DeliverHistory
  readonly messages: DeliverMessages
  readonly doNotDisturb: Pick<DoNotDisturb, 'isOn'>
  readonly settings: PublicSettings
  readonly clock: Clock
  readonly securityLog: SecurityLog
  readonly figures: Figures
}

type SessionEnded = Extract<Effect, { kind: 'session-ended' }>

interface Asked {
  readonly by: Endpoint
  readonly requestId: string | undefined
  /** What a session needs to go on that another node had. */
  readonly found?: Resumption | undefined
}

/** Carries effects out, in order: finds the sessions that they name. */
export type Deliver = (effects: readonly Effect[], asked?: Asked) => void

export function makeDeliver({
  registry,
  lifecycle,
  tokens,
  feeds,
  userList,
  links,
  deliverRoom,
  seats,
  resumed,
  watch,
  tell,
  history,
  messages,
  doNotDisturb,
  settings,
  clock,
  securityLog,
  figures,
}: Deps): Deliver {
  const { isOn } = doNotDisturb

  return (effects, asked) => {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'relay':
          inCall(effect.to, effect.call)?.send(presentSignal(effect), undefined, asked?.by.session)
          break
        case 'accounts-changed':
          userList.changed()
          break
        case 'answer-registered':
          userList.changed()
          whoAsked(asked).by.send(present(effect), asked?.requestId)
          break
        case 'answer-logged-out':
        case 'answer-password-changed':
        case 'answer-account-deleted':
        case 'answer-push':
          whoAsked(asked).by.send(present(effect), asked?.requestId)
          break
        case 'answer-do-not-disturb': {
          const { by, requestId } = whoAsked(asked)
          const message = { type: 'DO_NOT_DISTURB_STATE', payload: { on: isOn(effect.user) } } as const
          by.send(message, requestId)
          for (const session of registry.ofUser(effect.user))
            if (session.endpoint !== by && session.capabilities.has('account')) session.inform(message)
          break
        }
        case 'answer-user-list': {
          const { by } = whoAsked(asked)
          feeds.users.listRead()
          by.presence.listRead()
          by.answerAtCost(listFrame(effect, asked?.requestId))
          break
        }
        case 'session-watches':
          watch.watches(effect)
          break
        case 'answer-watched':
          watch.answer(effect.view, whoAsked(asked))
          break
        case 'answer-logged-in':
          answerLogin(effect.user, whoAsked(asked))
          break
        case 'answer-call-moved': {
          const session = registry.get(effect.session)
          session?.send(presentMoved(session.capabilities, effect.view), asked?.requestId)
          break
        }
        case 'answer-devices': {
          const devices = presentDevices(registry.ofUser(effect.user), effect.session)
          whoAsked(asked).by.send(devices, asked?.requestId)
          break
        }
        case 'answer-resumed':
          resumed(effect, whoAsked(asked))
          break
        case 'ice-servers': {
          const session = registry.get(effect.to)
          session?.endpoint?.send(issueTo(session, effect, { settings, clock }), asked?.requestId)
          break
        }
        case 'tell-incoming-call':
        case 'tell-ringing':
        case 'tell-accepted':
        case 'tell-early-offer':
        case 'tell-updated':
        case 'tell-transfer':
        case 'tell-peer-state':
        case 'tell-declined':
        case 'tell-hangup':
          tell(effect)
          break
        case 'presence':
          userList.changed()
          feeds.users.tell(effect)
          break
        case 'session-opened':
          lifecycle.open(effect.session, effect.user, whoAsked(asked).by)
          break
        case 'session-detached':
          lifecycle.detach(effect.session)
          break
        case 'session-attached':
          lifecycle.attach(effect.session, whoAsked(asked).by, asked?.found)
          break
        case 'session-ended':
          witnessEnd(effect, asked?.by.address)
          lifecycle.end(effect.session, effect.cause)
          break
        case 'call-placed':
          figures.calls.add('placed')
          history.placed(effect.call)
          links.placed(effect.call)
          break
        case 'call-rings-at':
          links.ringsAt(effect.call, effect.session)
          break
        case 'call-connected':
          figures.calls.add('accepted')
          history.connected(effect.call)
          links.connected(effect.call)
          break
        case 'call-moved':
          links.moved(effect.call)
          break
        case 'call-changed':
          links.changed(effect.call)
          break
        case 'call-ended':
          figures.callEnds.add(effect.call.reason)
          history.ended(effect.call)
          links.ended(effect.call)
          break
        case 'call-refused':
        case 'call-quality':
        case 'answer-history':
        case 'history-seen':
          history.deliver(effect, asked)
          break
        case 'history-forgotten':
          messages.forget?.ofAccount(effect.user)
          history.deliver(effect, asked)
          break
        case 'message-news':
        case 'answer-messages':
        case 'answer-conversations':
          messages.deliver(effect, asked)
          break
        case 'room-entered':
        case 'room-member-changed':
        case 'room-left':
        case 'room-changed':
        case 'room-news':
        case 'room-goodbye':
        case 'room-muted':
        case 'room-invitation':
        case 'answer-room-joined':
        case 'answer-room-list':
          deliverRoom(effect, asked)
          break
        case 'sfu-signal':
        case 'sfu-renew':
        case 'sfu-layers':
          seats?.carryOut(effect)
          break
        case 'room-ended':
          messages.forget?.ofRoom(effect)
          deliverRoom(effect, asked)
          break
        default:
          effect satisfies never
      }
    }
  }

  function listFrame(
    effect: Extract<Effect, { kind: 'answer-user-list' }>,
    requestId: string | undefined,
  ): Buffer {
    const { users, query } = effect
    if (isWhole(query)) return userList.get(users, requestId)
    return encodeMessage(presentUserList(users, query), { requestId })
  }

  function witnessEnd({ session: id, cause }: SessionEnded, address: string | undefined): void {
    const session = registry.get(id)
    if (session === undefined || (cause !== 'replace' && cause !== 'log_out_device')) return
    const { user, endpoint } = session
    const whose = { address, userId: user.id, previousAddress: endpoint?.address }
    securityLog.write(
      cause === 'replace'
        ? { event: 'session_replaced', reason: 'logged_in_elsewhere', ...whose }
        : { event: 'session_ended', reason: 'logged_out_elsewhere', ...whose },
    )
  }

  function answerLogin({ id, username }: User, { by, requestId }: Asked): void {
    const payload = { success: true, user_id: id, username } as const
    const token = by.session === undefined ? undefined : tokens.renew(by.session)
    const disturbance = by.capabilities.has('account') ? { do_not_disturb: isOn(id) } : {}
    const resumption =
      token === undefined ? {} : { session_token: token, resume_window_ms: settings.limits.resume_window_ms }
    figures.logins.add('granted')
    by.send({ type: 'LOGIN_RESPONSE', payload: { ...payload, ...resumption, ...disturbance } }, requestId)
  }

  /** The session by which the user is in the call or room. */
  function inCall(user: UserId, call: CallId | RoomId): Session | undefined {
    return registry.ofUser(user).find((session) => session.isIn(call))
  }
}

function isWhole({ prefix = '', state, after, limit }: UserListQuery): boolean {
  return prefix === '' && state === undefined && after === undefined && limit === undefined
}

// Of what comes of itself, a lost connection or the passing of time, nothing is an answer.
function whoAsked(asked: Asked | undefined): Asked {
  if (asked === undefined) throw new Error('an answer to nobody')
  return asked
}
