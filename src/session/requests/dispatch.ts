import type { Outcome } from '../../application/effect.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { SecurityLog } from '../../application/ports/security-log.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Transact, Work } from '../../application/ports/transaction.ts'
import { relaySignal } from '../../application/signaling/relay-signal.ts'
import type { UseCases } from '../../application/use-cases.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Request } from '../../protocol/codec/decode-request.ts'
import { type ClientMessage, type MessageDefinition, messageTable } from '../../protocol/message-table.ts'
import type { CallDetails } from '../delivery/call-details.ts'
import type { Deliver } from '../delivery/deliver.ts'
import type { Welcome } from '../delivery/welcome.ts'
import type { Figures } from '../figures/figures.ts'
import type { Endpoint, EndpointInputs } from '../conversation/endpoint.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import { takeHeartbeat } from './heartbeat.ts'
import { sayHello } from './hello.ts'
import { isAboutMessages, makeMessageRequests } from '../messages/message-requests.ts'
import type { MessageWork } from '../messages/message-work.ts'
import { isAboutPush, makePushRequests } from '../push/push-requests.ts'
import type { WakeAway } from '../push/wake-away.ts'
import { makeHistoryRequests } from './history-requests.ts'
import { makePresenceRequests } from './presence-requests.ts'
import type { PublicSettings } from '../delivery/public-settings.ts'
import { readChange, readInvitation, readSignal, type SignalMessage } from './read-request.ts'
import { makeRoomRequests } from './room-requests.ts'
import { askerOf, makeSettle } from './settle.ts'
import { makeLogIn } from '../passwords/log-in.ts'
import { makeOwnAccount } from '../passwords/own-account.ts'
import { makeRegisterAccount } from '../passwords/register-account.ts'
import type { OwnChanges } from '../passwords/own-changes.ts'
import type { AttemptPassword } from '../passwords/password-attempts.ts'
import type { ConfirmLogin } from '../passwords/confirm-login.ts'
import type { AttemptToken } from '../passwords/token-attempts.ts'
import type { RateLimits } from '../rates/rate-limits.ts'
import type { Registry } from '../registry.ts'
import type { Resume } from '../resumption/resume.ts'
import type { Session } from '../session.ts'
import { askSfu } from '../sfu/sfu-requests.ts'
import type { TokenTable } from '../resumption/token-table.ts'

interface Deps {
  readonly registry: Registry
  readonly useCases: UseCases
  readonly deliver: Deliver
  readonly transact: Transact
  readonly resume: Resume
  readonly welcome: Welcome
  readonly attemptPassword: AttemptPassword
  readonly attemptToken: AttemptToken
  readonly confirmLogin: ConfirmLogin | undefined
  readonly ownChanges: Pick<OwnChanges, 'begins'>
  readonly tokens: TokenTable
  readonly settings: PublicSettings
  readonly rates: RateLimits
  readonly details: Pick<CallDetails, 'isParty'>
  readonly messages: MessageWork
  /** Undefined where no device is woken. */
  readonly mayWake: WakeAway['mayWake'] | undefined
  readonly clock: Clock
  readonly log: Log
  readonly securityLog: SecurityLog
  readonly figures: Figures
  /** What stands before the ids of rooms. */
  readonly roomLabel: string
  /** The daemon is about to stop: no new calls. */
  readonly isDraining: () => boolean
}

/** From a message to the use case that it asks for, gated by what was agreed on and by the asker's session (REQ-4). */
export function makeDispatch(deps: Deps): EndpointInputs['request'] {
  const { useCases, transact, resume, tokens, figures, isDraining } = deps
  const answers = makeSettle(deps)
  const { settle, refuse } = answers
  const rooms = makeRoomRequests(deps)
  const history = makeHistoryRequests(deps)
  const texts = makeMessageRequests(deps.messages)
  const pushes = makePushRequests(useCases.push)
  const presence = makePresenceRequests(deps)
  const logIn = makeLogIn({ ...deps, ...answers })
  const register = makeRegisterAccount({ ...deps, ...answers })
  const ownAccount = makeOwnAccount({ ...deps, ...answers })

  return (asker, request, now) => {
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
    if (message.type === 'REGISTER_REQUEST') {
      const { payload } = message
      return register(asker, request, { ...credentials(payload), invite: payload.invite })
    }
    if (message.type === 'LOGIN_REQUEST') {
      const { payload } = message
      return logIn(asker, request, 'token' in payload ? payload : credentials(payload))
    }
    if (message.type === 'RESUME') return resume(asker, message, requestId)
    if (session !== undefined) return loggedIn(asker, session, request, message, now)
    settle(asker, request, err({ reason: RefusalReason.loginRequired }))
    return undefined
  }

  function loggedIn(
    asker: Endpoint,
    session: Session,
    request: Request,
    message: SessionMessage,
    now: number,
  ): Promise<void> | undefined {
    const { user } = session
    if (isAboutMessages(message))
      return prepared(asker, session, request, texts.workOf(session, message, now))
    if (isAboutPush(message)) return prepared(asker, session, request, pushes(session, message))
    switch (message.type) {
      case 'SDP_OFFER':
      case 'SDP_ANSWER':
      case 'ICE_CANDIDATE':
        relay(asker, session, request, message, now)
        return undefined
      case 'ICE_SERVERS_REQUEST':
        settle(asker, request, ok(useCases.issueIceServers(session)))
        return undefined
      case 'HISTORY_REQUEST':
      case 'HISTORY_SEEN':
      case 'CALL_QUALITY':
        return prepared(asker, session, request, history.workOf(user, message))
      case 'USER_LIST_REQUEST':
      case 'WATCH':
        return prepared(asker, session, request, presence.workOf(session, message))
      case 'CALL_REQUEST': {
        const controls = session.capabilities.has('call_control')
        const { to_user_id: to } = message.payload
        const invitation = controls ? readInvitation(message) : {}
        const requestId = controls ? request.requestId : undefined
        const wanted = { to, invitation, acceptsGlare: controls, request: requestId }
        const place = (mayWake: boolean): Work => {
          return (tx) => useCases.requestCall(tx, session, { ...wanted, mayWake, draining: isDraining() })
        }
        if (deps.mayWake === undefined) return change(asker, session, request, place(false))
        return prepared(
          asker,
          session,
          request,
          deps.mayWake(to).then((may) => ok(place(may))),
        )
      }
      case 'CALL_RESPONSE': {
        const { call_id: call, accepted, sdp } = message.payload
        const answer = session.capabilities.has('call_control') ? sdp : undefined
        return change(asker, session, request, (tx) =>
          useCases.actOnCall(tx, session, call, accepted ? { kind: 'accept', answer } : { kind: 'decline' }),
        )
      }
      case 'CALL_ALERTING':
        return change(asker, session, request, (tx) =>
          useCases.confirmAlerting(tx, user, message.payload.call_id),
        )
      case 'CALL_UPDATE':
        return change(asker, session, request, (tx) =>
          useCases.updateCall(tx, session, message.payload.call_id, readChange(message)),
        )
      case 'CALL_MOVE':
        return change(asker, session, request, (tx) =>
          useCases.moveCall(tx, session, message.payload.call_id),
        )
      case 'DEVICES_REQUEST':
        settle(asker, request, ok([{ kind: 'answer-devices', user: user.id, session: session.id }]))
        return undefined
      case 'DEVICE_LOGOUT':
        return change(asker, session, request, (tx) =>
          useCases.logOutDevice(tx, session, message.payload.session_id),
        )
      case 'CALL_TRANSFER': {
        const { call_id: call, to_user_id: to } = message.payload
        return change(asker, session, request, (tx) =>
          useCases.transferCall(tx, session, { call, to, draining: isDraining() }),
        )
      }
      case 'HANGUP':
        return change(asker, session, request, (tx) =>
          useCases.actOnCall(tx, session, calledBy(request, message.payload.call_id), { kind: 'hang_up' }),
        )
      case 'LOGOUT_REQUEST':
        return change(asker, session, request, async (tx) =>
          ok([
            { kind: 'answer-logged-out' },
            ...(await useCases.endSession(tx, { user, session: session.id, cause: 'log_out' })),
          ]),
        )
      case 'CHANGE_PASSWORD':
        return ownAccount.changePassword(asker, session, request, message.payload)
      case 'DELETE_ACCOUNT':
        return ownAccount.deleteAccount(asker, session, request, message.payload)
      case 'DO_NOT_DISTURB':
        return ownAccount.setDoNotDisturb(asker, session, request, message.payload)
      case 'SFU_RENEW':
      case 'SFU_LAYERS':
        settle(asker, request, askSfu(session, message, deps.roomLabel))
        return undefined
      case 'ROOM_JOIN':
        return prepared(asker, session, request, rooms.joining(session, message, now))
      case 'ROOM_UPDATE':
      case 'ROOM_LEAVE':
      case 'ROOM_INVITE':
      case 'ROOM_REMOVE':
      case 'ROOM_CLOSE':
      case 'ROOM_LIST_REQUEST':
      case 'SFU_MUTE':
        return change(asker, session, request, rooms.workOf(session, message))
    }
    message satisfies never
  }

  /** The hot path: no promise and no store. */
  function relay(
    asker: Endpoint,
    session: Session,
    request: Request,
    message: SignalMessage,
    now: number,
  ): void {
    const outcome = rooms.relay(session, message) ?? relaySignal(session, readSignal(message))
    const isGranted = settle(asker, request, outcome)
    if (isGranted && session.reaches(message.payload.to_user_id)) figures.signals.relayed(now)
  }

  /** What can be refused, or needs something that takes a while, before its turn comes. */
  async function prepared(
    asker: Endpoint,
    session: Session,
    request: Request,
    preparing: Result<Work, WireRefusal> | Promise<Result<Work, WireRefusal>>,
  ): Promise<void> {
    const work = await preparing
    if (work.ok) await change(asker, session, request, work.value)
    else refuse(asker, request, work.error, session)
  }

  function change(asker: Endpoint, session: Session, request: Request, work: Work): Promise<void> {
    return transact(
      (tx) => (stands(asker, session) ? work(tx) : Promise.resolve(NOTHING)),
      (outcome) => {
        if (outcome !== NOTHING) settle(asker, request, outcome, session)
      },
      askerOf(asker, request, session),
    )
  }
}

/** A HANGUP without an id is about the call that its `request_id` began (CALL-19). */
function calledBy({ requestId }: Request, call: string): string | { readonly begunBy: string } {
  return call === '' && requestId !== undefined ? { begunBy: requestId } : call
}

/** Of a request that is not to be carried out any more. */
const NOTHING: Outcome = ok([])

/**
 * Whether a request that has waited for its turn is still to be carried out: not if its session has gone on elsewhere, with
 * RESUMED saying that it was not received.
 */
function stands(asker: Endpoint, by: Session): boolean {
  return !by.ended && asker.session === by && (by.resumption !== undefined || asker.isOpen)
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
