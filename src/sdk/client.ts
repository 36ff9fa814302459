import type { Socket } from 'node:net'
import { ok, type Result } from '../domain/result.ts'
import type { Capability } from '../protocol/capabilities.ts'
import type { ClientMessage } from '../protocol/message-table.ts'
import type { ListedUser, UserListRequest } from '../protocol/messages/user.ts'
import {
  type Account,
  type Credentials,
  type NewPassword,
  readAccount,
  type Refused,
  type TokenLogin,
} from './account.ts'
import { everyCapability, helloWith, readWelcome, type Welcome } from './agreement.ts'
import type { ClientError } from './client-error.ts'
import { Continuity } from './continuity.ts'
import type { Traffic } from './connection/exchange.ts'
import { Inbox } from './connection/inbox.ts'
import { Line } from './connection/line.ts'
import { type Address, openSocket } from './connection/open-socket.ts'
import { ofType, type Pushed, type ServerMessageName } from './pushed.ts'
import type { Resumed } from './resumed.ts'
import { readUserListPage, type UserListPage } from './user-list-page.ts'

export interface ClientOptions extends Address {
  /** The longest wait for the connection, an answer or a message: 10 s unless told. */
  readonly timeoutMs?: number
  /** Is shown every message, both ways. */
  readonly trace?: (traffic: Traffic) => void
}

const DEFAULT_TIMEOUT_MS = 10_000

/** Connects, over TLS if told so. Rejects with a ClientError: `unreachable` or `timeout`. */
export async function connectClient(options: ClientOptions): Promise<SignalingClient> {
  return new SignalingClient(await openSocket(options, options.timeoutMs ?? DEFAULT_TIMEOUT_MS), options)
}

/**
 * A client's end of one connection, or of one after another where `resume` was agreed on. Whatever is waited for rejects
 * with a ClientError if it does not come: `timeout`, `closed` or `not_understood`.
 */
export class SignalingClient {
  readonly #address: Address
  readonly #inbox: Inbox
  readonly #line: Line

  constructor(socket: Socket, options: ClientOptions) {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, trace = () => undefined } = options
    this.#address = options
    this.#inbox = new Inbox(timeoutMs)
    this.#line = new Line(socket, { timeoutMs, trace, inbox: this.#inbox })
  }

  /**
   * Agrees with the server on what both can; comes before the login. With `resume`, the messages of calls are kept until
   * they have arrived, and HEARTBEATs are sent as the server wants them once one is logged in.
   */
  hello(wanted: readonly Capability[] = everyCapability): Promise<Result<Welcome, Refused>> {
    return this.#line.ask(helloWith(wanted), ['WELCOME'], ({ payload }) => {
      const agreed = payload.capabilities.includes('resume')
      this.#line.continuity = agreed ? new Continuity(readWelcome(wanted, payload)) : undefined
      return payload
    })
  }

  /** Makes an account, and does not log in. */
  async register(credentials: Credentials): Promise<Result<Account, Refused>> {
    const request: ClientMessage = { type: 'REGISTER_REQUEST', payload: credentials }
    const answer = await this.#line.ask(request, ['REGISTER_RESPONSE'], readAccount)
    return answer.ok ? answer.value : answer
  }

  /** Binds the connection to the user. Refusals of a token: `invalid_token`, `expired_token` and others (TOKEN-4). */
  async logIn(credentials: Credentials | TokenLogin): Promise<Result<Account, Refused>> {
    const request: ClientMessage = { type: 'LOGIN_REQUEST', payload: credentials }
    const start = this.#line.continuity?.position ?? 0
    const answer = await this.#line.ask(request, ['LOGIN_RESPONSE'], (response) => {
      const { payload } = response
      if (payload.success && payload.session_token !== undefined) {
        this.#line.begin(payload.session_token, start)
      }
      return readAccount(response)
    })
    return answer.ok ? answer.value : answer
  }

  /** The connection stays open and may log in again. A session that could be resumed is over; `close` leaves it waiting. */
  async logOut(): Promise<Result<undefined, Refused>> {
    const answer = await this.#line.ask({ type: 'LOGOUT_REQUEST', payload: {} }, ['LOGOUT_RESPONSE'], () => {
      this.#line.continuity?.end()
    })
    return answer.ok ? ok(undefined) : answer
  }

  /**
   * Needs the capability `account`. This session goes on; all others of the user end. If it rejects, the password may have
   * been changed or not. Refusals: `invalid_credentials`, `too_many_attempts` and others (ACCOUNT-3, ACCOUNT-6).
   */
  changePassword(passwords: NewPassword): Promise<Result<undefined, Refused>> {
    const request: ClientMessage = { type: 'CHANGE_PASSWORD', payload: passwords }
    return this.#line.ask(request, ['PASSWORD_CHANGED'], () => undefined)
  }

  /** For good; needs the capability `account`. The connection is logged out, and stays open. */
  deleteAccount(password_hash: string): Promise<Result<undefined, Refused>> {
    const request: ClientMessage = { type: 'DELETE_ACCOUNT', payload: { password_hash } }
    return this.#line.ask(request, ['ACCOUNT_DELETED'], () => {
      this.#line.continuity?.end()
      return undefined
    })
  }

  /** Every registered user with its state, oneself included; of more than an answer holds, the first: `listUserPage`. */
  listUsers(): Promise<Result<readonly ListedUser[], Refused>> {
    const request: ClientMessage = { type: 'USER_LIST_REQUEST', payload: {} }
    return this.#line.ask(request, ['USER_LIST_RESPONSE'], ({ payload }) => payload.users)
  }

  /**
   * A page of the users with those states and names: `cursor` is the `nextCursor` of the page before, asked for with the
   * same `query` (how a name begins) and `state`; `limit` 1 to 10000. Of all that changes between two pages
   * USER_STATE_UPDATE tells (PRES-8).
   */
  listUserPage(wanted: UserListRequest = {}): Promise<Result<UserListPage, Refused>> {
    const request: ClientMessage = { type: 'USER_LIST_REQUEST', payload: wanted }
    return this.#line.ask(request, ['USER_LIST_RESPONSE'], readUserListPage)
  }

  /**
   * Sends what has no answer of its own: CALL_REQUEST, CALL_RESPONSE, CALL_UPDATE, SDP_OFFER, SDP_ANSWER, ICE_CANDIDATE,
   * HANGUP. A refusal arrives as ERROR, for `next`. On a connection that has ended it is lost, as what was on its way then
   * is; of a session that is resumed nothing is lost, and what waits for it is kept, the latest 1000 messages.
   */
  send(message: ClientMessage): void {
    this.#line.send(message)
  }

  /**
   * The earliest message of these types that was not taken yet, direct answers apart; waits for one if there is none, also
   * while a connection is lost whose session can be resumed. Messages are kept until they are taken, the latest 1000.
   * GOAWAY is such a message too: with `draining` the connection goes on for a while, and no new call will be placed on it;
   * with `shutting_down` it is lost at once.
   */
  next<Name extends ServerMessageName>(...types: [Name, ...Name[]]): Promise<Pushed<Name>> {
    return this.#inbox.take(types.join(' or '), (message) => ofType(message, types))
  }

  /** Resolves when the present connection is lost, and says why. */
  get lost(): Promise<ClientError> {
    return this.#line.lost
  }

  /**
   * Goes on with the session on a new connection, after the loss of the old one or in its place: what was missed arrives,
   * what was not received is sent again, each once. After GOAWAY `shutting_down` wait its
   * `reconnect_after_ms` first. Where no connection
   * is made it rejects with a ClientError, and another try is open. So it is with a refusal other than these, after
   * which the client is closed: `unknown`, `expired`, `replaced`, `overflow` (or more waited here than is kept), and
   * `too_many_attempts` (RESUME-3).
   */
  resume(address: Address = this.#address): Promise<Result<Resumed, Refused>> {
    return this.#line.resume(address)
  }

  /** Ends the connection at once and without a word, as a network does that fails. */
  cut(): void {
    this.#line.cut()
  }

  /** Sends what is still to be sent and closes; whoever waits for something is told. */
  close(): Promise<void> {
    return this.#line.close()
  }
}
