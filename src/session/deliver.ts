import type { Effect, SessionEnd } from '../application/effect.ts'
import type { Log } from '../application/ports/log.ts'
import type { CallId, UserId } from '../domain/ids.ts'
import { encodeMessage } from '../protocol/encode-message.ts'
import type { Endpoint } from './endpoint.ts'
import { present } from './present.ts'
import type { Registry } from './registry.ts'
import type { Session } from './session.ts'

interface Asked {
  readonly by: Endpoint
  readonly requestId: string | undefined
}

/** Carries effects out, in order: the one place where they reach sessions and their endpoints. */
export type Deliver = (effects: readonly Effect[], asked?: Asked) => void

export function makeDeliver({ registry, log }: { registry: Registry; log: Log }): Deliver {
  return (effects, asked) => {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'answer-registered':
        case 'answer-logged-in':
        case 'answer-logged-out':
        case 'answer-user-list':
          whoAsked(asked).by.send(present(effect), asked?.requestId)
          break
        case 'tell-incoming-call':
        case 'tell-accepted':
        case 'tell-declined':
        case 'tell-hangup':
        case 'relay':
          registry.ofUser(effect.to)?.endpoint.send(present(effect))
          break
        case 'presence':
          broadcast(encodeMessage(present(effect)), effect.user.id)
          break
        case 'session-opened':
          open({ id: effect.session, user: effect.user, endpoint: whoAsked(asked).by, call: undefined })
          break
        case 'session-ended':
          end(registry.remove(effect.session), effect.cause)
          break
        case 'call-connected': {
          const { id, caller, callee } = effect.call
          link(caller.id, { id, peer: callee })
          link(callee.id, { id, peer: caller })
          log.info({ call: id, caller: caller.id, callee: callee.id }, 'call active')
          break
        }
        case 'call-ended': {
          const { id, caller, callee, reason } = effect.call
          unlink(caller.id, id)
          unlink(callee.id, id)
          log.info({ call: id, caller: caller.id, callee: callee.id, reason }, 'call ended')
          break
        }
        default:
          effect satisfies never
      }
    }
  }

  function broadcast(frame: Buffer, except: UserId): void {
    for (const { user, endpoint } of registry.all()) {
      if (user.id !== except) endpoint.sendFrame(frame)
    }
  }

  function open(session: Session): void {
    registry.add(session)
    session.endpoint.bind(session)
    log.info({ conn: session.endpoint.id, user: session.user.id }, 'logged in')
  }

  function end(session: Session | undefined, cause: SessionEnd): void {
    if (session === undefined) return
    const { endpoint, user } = session
    endpoint.bind(undefined)
    log.info({ conn: endpoint.id, user: user.id, cause }, 'session ended')
    if (cause === 'replace') endpoint.fail({ reason: 'session_replaced' })
  }

  function link(user: UserId, call: NonNullable<Session['call']>): void {
    const session = registry.ofUser(user)
    if (session !== undefined) session.call = call
  }

  function unlink(user: UserId, call: CallId): void {
    const session = registry.ofUser(user)
    if (session?.call?.id === call) session.call = undefined
  }
}

// Of what comes of itself, a lost connection or the passing of time, nothing is an answer.
function whoAsked(asked: Asked | undefined): Asked {
  if (asked === undefined) throw new Error('an answer to nobody')
  return asked
}
