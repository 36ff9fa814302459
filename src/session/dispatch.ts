import type { Outcome } from '../application/effect.ts'
import type { Clock } from '../application/ports/clock.ts'
import type { Log } from '../application/ports/log.ts'
import { relaySignal } from '../application/signaling/relay-signal.ts'
import type { UseCases } from '../application/use-cases.ts'
import { RefusalReason } from '../domain/refusal.ts'
import { err, ok } from '../domain/result.ts'
import type { Request } from '../protocol/decode-request.ts'
import { type ClientMessage, type MessageDefinition, messageTable } from '../protocol/message-table.ts'
import type { UserListRequest } from '../protocol/messages/user.ts'
import { belongsToCall } from '../protocol/sequenced.ts'
import type { Deliver } from './deliver.ts'
import type { Endpoint, EndpointInputs } from './endpoint.ts'
import type { Exclusive } from './exclusive.ts'
import { takeHeartbeat } from './heartbeat.ts'
import { sayHello } from './hello.ts'
import type { PublicSettings } from './public-settings.ts'
import { readChange, readInvitation, readSignal } from './read-request.ts'
import { readUserListQuery } from './read-user-list-query.ts'
import { pleaseWait } from './rates/please-wait.ts'
import type { RateLimits } from './rates/rate-limits.ts'
import type { Resume } from './resume.ts'
import type { Session } from './session.ts'
import type { TokenTable } from './token-table.ts'

interface Deps {
  readonly useCases: UseCases
  readonly deliver: Deliver
  readonly exclusive: Exclusive
  readonly resume: Resume
  readonly tokens: TokenTable
  readonly settings: PublicSettings
  readonly rates: RateLimits
  readonly clock: Clock
  readonly log: Log
  /** The daemon is about to stop: no new calls. */
  readonly isDraining: () => boolean
}

/** From a message to the use case that it asks for, gated by what was agreed on and by the asker's session (REQ-4). */
export function makeDispatch(deps: Deps): EndpointInputs['request'] {
  const { useCases, deliver, exclusive, resume, tokens, isDraining, rates, clock } = deps

  return (asker, request) => {
    const { message, requestId } = request
    const { session } = asker
    if (session !== undefined) tokens.confirm(session)
    const { needs }: MessageDefinition = messageTable[message.type]
    if (needs !== undefined && !asker.capabilities.has(needs)) {
      const detail = `${message.type} needs the capability "${needs}", to be agreed on in HELLO`
      asker.refuse({ reason: 'not_negotiated', detail }, messageTable[message.type].code, requestId)
      return undefined
    }

    if (message.type === 'HEARTBEAT') {
      takeHeartbeat(asker, message, requestId)
      return undefined
    }
    if (message.type === 'HELLO') {
      const refusal = sayHello(asker, message, requestId, deps)
      if (refusal !== undefined) asker.refuse(refusal, messageTable.HELLO.code, requestId)
      return undefined
    }
    if (message.type === 'REGISTER_REQUEST') return register(asker, request, credentials(message.payload))
    if (message.type === 'LOGIN_REQUEST') return logIn(asker, request, credentials(message.payload))
    if (message.type === 'RESUME') return resume(asker, message, requestId)
    if (session !== undefined) return loggedIn(asker, session, request, message)
    settle(asker, request, err({ reason: RefusalReason.loginRequired }))
    return undefined
  }

  function loggedIn(
    asker: Endpoint,
    session: Session,
    request: Request,
    message: SessionMessage,
  ): Promise<void> | undefined {
    const { user } = session
    switch (message.type) {
      case 'SDP_OFFER':
      case 'SDP_ANSWER':
      case 'ICE_CANDIDATE':
        // The hot path: no promise and no store.
        settle(asker, request, relaySignal(session, readSignal(message)))
        return undefined
      case 'ICE_SERVERS_REQUEST':
        settle(asker, request, ok(useCases.issueIceServers(user.id)))
        return undefined
      case 'USER_LIST_REQUEST':
        return listUsers(asker, session, request, message.payload)
      case 'CALL_REQUEST': {
        const controls = session.capabilities.has('call_control')
        const { to_user_id: to } = message.payload
        const invitation = controls ? readInvitation(message) : {}
        return change(asker, session, request, () =>
          useCases.requestCall(user, { to, invitation, acceptsGlare: controls, draining: isDraining() }),
        )
      }
      case 'CALL_RESPONSE': {
        const { call_id: call, accepted, sdp } = message.payload
        const answer = session.capabilities.has('call_control') ? sdp : undefined
        return change(asker, session, request, () =>
          useCases.actOnCall(user, call, accepted ? { kind: 'accept', answer } : { kind: 'decline' }),
        )
      }
      case 'CALL_UPDATE':
        return change(asker, session, request, () =>
          useCases.updateCall(user, message.payload.call_id, readChange(message)),
        )
      case 'HANGUP':
        return change(asker, session, request, () =>
          useCases.actOnCall(user, message.payload.call_id, { kind: 'hang_up' }),
        )
      case 'LOGOUT_REQUEST':
        return change(asker, session, request, async () =>
          ok(await useCases.endSession({ user, session: session.id, cause: 'log_out' })),
        )
    }
    message satisfies never
  }

  async function listUsers(
    asker: Endpoint,
    session: Session,
    request: Request,
    wanted: UserListRequest,
  ): Promise<void> {
    const query = readUserListQuery(wanted)
    if (!query.ok) {
      asker.refuse(query.error, messageTable.USER_LIST_REQUEST.code, request.requestId)
      return
    }
    await change(asker, session, request, async () => {
      // Making a large one takes long: between two of them everybody else has a turn.
      await new Promise((resolve) => setImmediate(resolve))
      const users = await useCases.listUsers(query.value)
      return ok([{ kind: 'answer-user-list', users, query: query.value }])
    })
  }

  function change(
    asker: Endpoint,
    session: Session,
    request: Request,
    work: () => Promise<Outcome>,
  ): Promise<void> {
    return exclusive(async () => {
      if (stands(asker, request, session)) settle(asker, request, await work(), session)
    })
  }

  async function register(asker: Endpoint, request: Request, input: Credentials): Promise<void> {
    settle(asker, request, await useCases.register({ ...input, from: asker.address }))
  }

  async function logIn(asker: Endpoint, request: Request, input: Credentials): Promise<void> {
    if (asker.session !== undefined && asker.session.user.username !== input.username) {
      settle(asker, request, err({ reason: RefusalReason.alreadyLoggedIn }))
      return
    }
    const attempt = rates.beginLogin(asker.address, input.username, clock.monotonicMs())
    if (typeof attempt === 'number') {
      const refusal = pleaseWait('too_many_attempts', 'Too many wrong passwords', attempt)
      asker.refuse(refusal, messageTable.LOGIN_REQUEST.code, request.requestId)
      return
    }
    const verified = await useCases
      .verifyCredentials({ ...input, from: asker.address })
      .catch((fault: unknown) => {
        attempt.cancelled()
        throw fault
      })
    if (!verified.ok) {
      if (verified.error.reason === RefusalReason.invalidCredentials) attempt.failed(clock.monotonicMs())
      else attempt.cancelled()
      settle(asker, request, verified)
      return
    }
    attempt.succeeded()
    await exclusive(async () => {
      // A client that left while its password was checked must not become present.
      if (!asker.isOpen) return
      const user = verified.value
      if (asker.isLeaving) {
        settle(asker, request, ok([{ kind: 'answer-logged-in', user }]))
        return
      }
      const own = asker.session?.id
      const opened = await useCases.openSession({ user, own })
      settle(asker, request, opened)
      if (opened.ok && asker.capabilities.has('ice_servers')) deliver(useCases.issueIceServers(user.id))
    })
  }

  function settle(
    asker: Endpoint,
    { message, requestId }: Request,
    outcome: Outcome,
    session = asker.session,
  ): void {
    if (outcome.ok) deliver(outcome.value, { by: asker, requestId })
    else asker.refuse(outcome.error, messageTable[message.type].code, requestId, session)
  }
}

/** Whether a request that has waited for its turn is still to be carried out. */
function stands(asker: Endpoint, { message }: Request, by: Session): boolean {
  if (by.ended) return false
  if (by.resumption === undefined) return asker.isOpen
  // What is counted as received is done, wherever the session is by now; the rest only if it has not gone on elsewhere.
  return asker.session === by || belongsToCall(messageTable[message.type].code)
}

type SessionMessage = Exclude<
  ClientMessage,
  { type: 'HEARTBEAT' | 'HELLO' | 'REGISTER_REQUEST' | 'LOGIN_REQUEST' | 'RESUME' }
>

interface Credentials {
  readonly username: string
  readonly password: string
}

function credentials({ username, password_hash }: { username: string; password_hash: string }): Credentials {
  return { username, password: password_hash }
}
