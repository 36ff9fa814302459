import type { Outcome } from '../application/effect.ts'
import { relaySignal } from '../application/signaling/relay-signal.ts'
import type { UseCases } from '../application/use-cases.ts'
import { RefusalReason } from '../domain/refusal.ts'
import { err, ok } from '../domain/result.ts'
import type { Request } from '../protocol/decode-request.ts'
import { messageTable } from '../protocol/message-table.ts'
import type { Deliver } from './deliver.ts'
import type { Endpoint, EndpointInputs } from './endpoint.ts'
import type { Exclusive } from './exclusive.ts'
import { readSignal } from './read-signal.ts'

interface Deps {
  readonly useCases: UseCases
  readonly deliver: Deliver
  readonly exclusive: Exclusive
}

/** From a message to the use case that it asks for, gated by the state of the asker's session (REQ-4). */
export function makeDispatch({ useCases, deliver, exclusive }: Deps): EndpointInputs['request'] {
  return (asker, request) => {
    const { message, requestId } = request
    const { session } = asker
    if (message.type === 'HEARTBEAT') {
      asker.heartbeat(message.payload.timestamp, requestId)
      return undefined
    }
    if (message.type === 'REGISTER_REQUEST') return register(asker, request, credentials(message.payload))
    if (message.type === 'LOGIN_REQUEST') return logIn(asker, request, credentials(message.payload))
    if (session === undefined) {
      settle(asker, request, err({ reason: RefusalReason.loginRequired }))
      return undefined
    }

    const { user } = session
    switch (message.type) {
      case 'SDP_OFFER':
      case 'SDP_ANSWER':
      case 'ICE_CANDIDATE':
        // The hot path: no promise and no store.
        settle(asker, request, relaySignal(session, readSignal(message)))
        return undefined
      case 'USER_LIST_REQUEST':
        return change(() => useCases.listUsers())
      case 'CALL_REQUEST':
        return change(() => useCases.requestCall(user, message.payload.to_user_id))
      case 'CALL_RESPONSE': {
        const { call_id: call, accepted } = message.payload
        return change(() => useCases.actOnCall(user, call, accepted ? 'accept' : 'decline'))
      }
      case 'HANGUP':
        return change(() => useCases.actOnCall(user, message.payload.call_id, 'hang_up'))
      case 'LOGOUT_REQUEST':
        return change(async () =>
          ok(await useCases.endSession({ user, session: session.id, cause: 'log_out' })),
        )
    }
    message satisfies never

    // A session that was replaced while its request waited has nothing more to say.
    function change(work: () => Promise<Outcome>): Promise<void> {
      return exclusive(async () => {
        if (asker.isOpen && asker.session === session) settle(asker, request, await work())
      })
    }
  }

  async function register(asker: Endpoint, request: Request, input: Credentials): Promise<void> {
    settle(asker, request, await useCases.register(input))
  }

  async function logIn(asker: Endpoint, request: Request, input: Credentials): Promise<void> {
    if (asker.session !== undefined && asker.session.user.username !== input.username) {
      settle(asker, request, err({ reason: RefusalReason.alreadyLoggedIn }))
      return
    }
    const verified = await useCases.verifyCredentials(input)
    if (!verified.ok) {
      settle(asker, request, verified)
      return
    }
    await exclusive(async () => {
      // A client that left while its password was checked must not become present.
      if (!asker.isOpen) return
      if (asker.isLeaving) {
        settle(asker, request, ok([{ kind: 'answer-logged-in', user: verified.value }]))
        return
      }
      const own = asker.session?.id
      settle(asker, request, await useCases.openSession({ user: verified.value, own }))
    })
  }

  function settle(asker: Endpoint, { message, requestId }: Request, outcome: Outcome): void {
    if (outcome.ok) deliver(outcome.value, { by: asker, requestId })
    else asker.refuse(outcome.error, messageTable[message.type].code, requestId)
  }
}

interface Credentials {
  readonly username: string
  readonly password: string
}

function credentials({ username, password_hash }: { username: string; password_hash: string }): Credentials {
  return { username, password: password_hash }
}
