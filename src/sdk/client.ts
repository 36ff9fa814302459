import type { Socket } from 'node:net'
import { err, ok, type Result } from '../domain/result.ts'
import type { Request } from '../protocol/decode-request.ts'
import type { ClientMessage, ServerMessage } from '../protocol/message-table.ts'
import type { ListedUser } from '../protocol/messages/user.ts'
import { type Account, type Credentials, readAccount, type Refused } from './account.ts'
import { ClientError } from './client-error.ts'
import { Inbox } from './inbox.ts'
import { MessageSocket } from './message-socket.ts'
import { type Address, openSocket } from './open-socket.ts'
import { ofType, type Pushed, type ServerMessageName } from './pushed.ts'

/** What was sent and what arrived, as it happens. */
export type Traffic =
  | { readonly way: 'sent'; readonly message: ClientMessage }
  | { readonly way: 'received'; readonly message: ServerMessage }

export interface ClientOptions extends Address {
  /** The longest wait for the connection, an answer or a message: 10 s unless told. */
  readonly timeoutMs?: number
  /** Is shown every message, both ways. */
  readonly trace?: (traffic: Traffic) => void
}

const DEFAULT_TIMEOUT_MS = 10_000

/** Connects, over TLS if told so. Rejects with a ClientError: `unreachable` or `timeout`. */
export async function connectClient(options: ClientOptions): Promise<SignalingClient> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, trace = () => undefined } = options
  return new SignalingClient(await openSocket(options, timeoutMs), timeoutMs, trace)
}

/**
 * A client's end of one connection. Whatever is waited for rejects with a ClientError if it does not come: `timeout`,
 * `closed` or `not_understood`.
 */
export class SignalingClient {
  readonly #socket: MessageSocket
  readonly #timeoutMs: number
  readonly #trace: (traffic: Traffic) => void
  readonly #inbox: Inbox
  #requests = 0

  constructor(socket: Socket, timeoutMs: number, trace: (traffic: Traffic) => void) {
    this.#timeoutMs = timeoutMs
    this.#trace = trace
    this.#inbox = new Inbox(timeoutMs)
    this.#socket = new MessageSocket(socket, {
      arrived: (arrival) => {
        trace({ way: 'received', message: arrival.message })
        this.#inbox.put(arrival)
      },
      ended: (reason) => {
        this.#inbox.end(reason)
      },
    })
  }

  /** Makes an account, and does not log in. */
  async register(credentials: Credentials): Promise<Result<Account, Refused>> {
    const request: ClientMessage = { type: 'REGISTER_REQUEST', payload: credentials }
    return readAccount(await this.#ask(request, 'REGISTER_RESPONSE'))
  }

  /** Binds the connection to the user. */
  async logIn(credentials: Credentials): Promise<Result<Account, Refused>> {
    const request: ClientMessage = { type: 'LOGIN_REQUEST', payload: credentials }
    return readAccount(await this.#ask(request, 'LOGIN_RESPONSE'))
  }

  /** The connection stays open and may log in again. */
  async logOut(): Promise<Result<undefined, Refused>> {
    const answer = await this.#ask({ type: 'LOGOUT_REQUEST', payload: {} }, 'LOGOUT_RESPONSE')
    return answer.ok ? ok(undefined) : answer
  }

  /** Every registered user with its state, oneself included. */
  async listUsers(): Promise<Result<readonly ListedUser[], Refused>> {
    const answer = await this.#ask({ type: 'USER_LIST_REQUEST', payload: {} }, 'USER_LIST_RESPONSE')
    return answer.ok ? ok(answer.value.payload.users) : answer
  }

  /**
   * Sends what has no answer of its own: CALL_REQUEST, CALL_RESPONSE, SDP_OFFER, SDP_ANSWER, ICE_CANDIDATE, HANGUP. A
   * refusal arrives as ERROR, for `next`. On a connection that has ended it is lost, as what was on its way then is.
   */
  send(message: ClientMessage): void {
    this.#write({ message })
  }

  /**
   * The earliest message of these types that was not taken yet, direct answers apart; waits for one if there is none.
   * Messages are kept until they are taken, the latest 1000 of them.
   */
  next<Name extends ServerMessageName>(...types: [Name, ...Name[]]): Promise<Pushed<Name>> {
    return this.#inbox.take(types.join(' or '), ({ message, requestId }) =>
      requestId === undefined ? ofType(message, types) : undefined,
    )
  }

  /** Sends what is still to be sent and closes; whoever waits for something is told. */
  close(): Promise<void> {
    this.#inbox.end(new ClientError('closed', 'this client was closed'))
    return this.#socket.close(this.#timeoutMs)
  }

  async #ask<Name extends ServerMessageName>(
    message: ClientMessage,
    answer: Name,
  ): Promise<Result<Pushed<Name>, Refused>> {
    this.#requests += 1
    const id = String(this.#requests)
    this.#write({ message, requestId: id })
    const { message: answered } = await this.#inbox.take(`answer to ${message.type}`, (arrival) =>
      arrival.requestId === id ? arrival : undefined,
    )
    if (answered.type === 'ERROR') {
      const { reason, message: sentence } = answered.payload
      return err({ reason, message: sentence })
    }
    const expected = ofType(answered, [answer])
    if (expected !== undefined) return ok(expected)
    throw new ClientError('not_understood', `${message.type} was answered with ${answered.type}`)
  }

  #write(request: Request): void {
    if (this.#socket.send(request)) this.#trace({ way: 'sent', message: request.message })
  }
}
