import type { Effect } from '../application/effect.ts'
import type { Clock } from '../application/ports/clock.ts'
import type { Log } from '../application/ports/log.ts'
import type { CallId, UserId } from '../domain/ids.ts'
import type { UserListQuery } from '../application/user/user-list-query.ts'
import type { User } from '../domain/user.ts'
import { encodeMessage } from '../protocol/encode-message.ts'
import { encodeFrame } from '../protocol/frame.ts'
import { signalHead } from '../protocol/verbatim/verbatim-signal.ts'
import type { Endpoint } from './endpoint.ts'
import { issueTo } from './ice-renewal.ts'
import type { Lifecycle } from './lifecycle.ts'
import { present, presentSignal } from './present.ts'
import { presentUserList } from './present-user-list.ts'
import type { PresenceFeed } from './presence-feed.ts'
import { presentCall, presentTo, type Told } from './present-call.ts'
import type { PublicSettings } from './public-settings.ts'
import type { Registry } from './registry.ts'
import type { Session } from './session.ts'
import type { TokenTable } from './token-table.ts'
import { UserListFrame } from './user-list-frame.ts'

interface Deps {
  readonly registry: Registry
  readonly lifecycle: Lifecycle
  readonly tokens: TokenTable
  readonly presenceFeed: PresenceFeed
  readonly settings: PublicSettings
  readonly clock: Clock
  readonly log: Log
}

interface Asked {
  readonly by: Endpoint
  readonly requestId: string | undefined
}

/** Carries effects out, in order: finds the sessions that they name. */
export type Deliver = (effects: readonly Effect[], asked?: Asked) => void

export function makeDeliver({
  registry,
  lifecycle,
  tokens,
  presenceFeed,
  settings,
  clock,
  log,
}: Deps): Deliver {
  const userList = new UserListFrame()

  return (effects, asked) => {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'relay':
          registry.ofUser(effect.to)?.send(presentSignal(effect))
          break
        case 'answer-registered':
          userList.changed()
          whoAsked(asked).by.send(present(effect), asked?.requestId)
          break
        case 'answer-logged-out':
          whoAsked(asked).by.send(present(effect), asked?.requestId)
          break
        case 'answer-user-list': {
          const { by } = whoAsked(asked)
          presenceFeed.listRead()
          by.listRead()
          by.answerAtCost(listFrame(effect, asked?.requestId))
          break
        }
        case 'answer-logged-in':
          answerLogin(effect.user, whoAsked(asked))
          break
        case 'answer-resumed':
          answerResume(effect, whoAsked(asked))
          break
        case 'ice-servers': {
          const session = registry.ofUser(effect.to)
          session?.endpoint?.send(issueTo(session, effect, { settings, clock }), asked?.requestId)
          break
        }
        case 'tell-incoming-call':
        case 'tell-ringing':
        case 'tell-accepted':
        case 'tell-early-offer':
        case 'tell-updated':
        case 'tell-peer-state':
        case 'tell-declined':
        case 'tell-hangup':
          tell(effect)
          break
        case 'presence':
          userList.changed()
          presenceFeed.tell(effect)
          break
        case 'session-opened':
          lifecycle.open(effect.session, effect.user, whoAsked(asked).by)
          break
        case 'session-detached':
          lifecycle.detach(effect.session)
          break
        case 'session-attached':
          lifecycle.attach(effect.session, whoAsked(asked).by)
          break
        case 'session-ended':
          lifecycle.end(effect.session, effect.cause)
          break
        case 'call-placed':
        case 'call-connected': {
          const { id, caller, callee } = effect.call
          const active = effect.call.phase === 'active'
          link(caller.id, { id, peer: callee, active })
          link(callee.id, { id, peer: caller, active })
          const phase = active ? 'call active' : 'call placed'
          log.info({ call: id, caller: caller.id, callee: callee.id }, phase)
          break
        }
        case 'call-ended': {
          const { id, caller, callee, reason, durationMs } = effect.call
          unlink(caller.id, id)
          unlink(callee.id, id)
          const duration_ms = durationMs
          log.info({ call: id, caller: caller.id, callee: callee.id, reason, duration_ms }, 'call ended')
          break
        }
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

  function answerLogin({ id, username }: User, { by, requestId }: Asked): void {
    const payload = { success: true, user_id: id, username } as const
    const token = by.session === undefined ? undefined : tokens.renew(by.session)
    const resumption =
      token === undefined ? {} : { session_token: token, resume_window_ms: settings.limits.resume_window_ms }
    by.send({ type: 'LOGIN_RESPONSE', payload: { ...payload, ...resumption } }, requestId)
  }

  /** RESUMED, and in the same breath all that was missed: nothing can come in between. */
  function answerResume(
    { user, call, users }: Extract<Effect, { kind: 'answer-resumed' }>,
    { by, requestId }: Asked,
  ): void {
    const session = registry.ofUser(user.id)
    const token = session === undefined ? undefined : tokens.renew(session)
    if (session?.resumption === undefined || token === undefined) throw new Error('nothing to resume')
    presenceFeed.listRead()
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
          call: call === undefined ? null : presentCall(call),
        },
      },
      { requestId },
    )
    by.sendFrames([resumed, ...missed.map(({ code, text }) => encodeFrame(code, text)), userList.get(users)])
  }

  function tell(effect: Told): void {
    const session = registry.ofUser(effect.to)
    if (session === undefined) return
    for (const message of presentTo(session.capabilities, effect)) session.send(message)
  }

  function link(user: UserId, call: NonNullable<Session['call']>): void {
    const session = registry.ofUser(user)
    if (session === undefined) return
    session.call = call
    session.signalHead = call.active ? signalHead(call.id, user, call.peer.id) : undefined
  }

  function unlink(user: UserId, call: CallId): void {
    const session = registry.ofUser(user)
    if (session?.call?.id !== call) return
    session.call = undefined
    session.signalHead = undefined
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
