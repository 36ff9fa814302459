import type { Socket } from 'node:net'
import { err, ok, type Result } from '../domain/result.ts'
import { encodeRequest, type Request } from '../protocol/client-codec.ts'
import { errorReasons } from '../protocol/error-reasons.ts'
import { FrameDecoder } from '../protocol/frame-decoder.ts'
import { type Frame, MAX_FRAME_LENGTH } from '../protocol/frame.ts'
import type { ClientMessage, ServerMessage } from '../protocol/message-table.ts'
import type { ListedUser } from '../protocol/messages/user.ts'
import { ProtocolError } from '../protocol/protocol-error.ts'
import { decodeServerMessage } from '../protocol/server-codec.ts'
import { type Account, type Credentials, readAccount, type Refused } from './account.ts'
import { ClientError } from './client-error.ts'
import { Inbox } from './inbox.ts'
import { type Address, openSocket } from './open-socket.ts'
import { ofType, type Pushed, type ServerMessageName } from './pushed.ts'

/** What was sent and what arrived, as it happens. */
export type Traffic =
  | { readonly way: 'sent'; readonly message: ClientMessage }
  | { readonly way: 'received'; readonly message: ServerMessage }

export interface ClientOptions extends Address {
  /** The longest wait for the connection, an answer or a message: 10 s unless told. */
  readonly timeoutMs?: number
  readonly trace?: (traffic: Traffic) => void
}

const DEFAULT_TIMEOUT_MS = 10_000

const lastWords = new Set<string>(
  Object.entries(errorReasons).flatMap(([reason, { closes }]) => (closes ? [reason] : [])),
)

/** Connects, over TLS if told so. Rejects with a ClientError: `unreachable` or `timeout`. */
export async function connectClient(options: ClientOptions): Promise<SignalingClient> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, trace = () => undefined } = options
  return new SignalingClient(await openSocket(options, timeoutMs), timeoutMs, trace)
}

/**
 * A client's end of one connection. Every method that waits rejects with a ClientError: `timeout`, `closed` or
 * `not_understood`.
 */
export class SignalingClient {
  readonly #socket: Socket
  readonly #timeoutMs: number
  readonly #trace: (traffic: Traffic) => void
  readonly #inbox: Inbox
  readonly #decoder = new FrameDecoder(MAX_FRAME_LENGTH)
  #requests = 0
  #lastWord: string | undefined

  constructor(socket: Socket, timeoutMs: number, trace: (traffic: Traffic) => void) {
    this.#socket = socket
    this.#timeoutMs = timeoutMs
    this.#trace = trace
    this.#inbox = new Inbox(timeoutMs)
    socket.on('data', (chunk) => {
      this.#take(chunk)
    })
    socket.on('error', (error) => {
      this.#inbox.end(new ClientError('closed', `the connection broke: ${error.message}`, { cause: error }))
    })
    socket.on('close', () => {
      const why = this.#lastWord === undefined ? '' : `: ${this.#lastWord}`
      this.#inbox.end(new ClientError('closed', `the server closed the connection${why}`))
    })
  }

  /** Makes an account, and does not log in. */
  async register(credentials: Credentials): Promise<Result<Account, Refused>> {
    const request = { type: 'REGISTER_REQUEST', payload: credentials } as const
    return readAccount(await this.#ask(request, 'REGISTER_RESPONSE'))
  }

  async logIn(credentials: Credentials): Promise<Result<Account, Refused>> {
    return readAccount(await this.#ask({ type: 'LOGIN_REQUEST', payload: credentials }, 'LOGIN_RESPONSE'))
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
   * The earliest message of these types that was not taken yet, no direct answer; waits for one if there is none.
   * Messages are kept until they are taken, the latest 1000 of them.
   */
  next<Name extends ServerMessageName>(...types: [Name, ...Name[]]): Promise<Pushed<Name>> {
    return this.#inbox.take(types.join(' or '), ({ message, requestId }) =>
      requestId === undefined ? ofType(message, types) : undefined,
    )
  }

  /** Sends what is still to be sent and closes; whoever waits for something is told. */
  async close(): Promise<void> {
    this.#inbox.end(new ClientError('closed', 'this client was closed'))
    if (this.#socket.closed) return
    const deadline = setTimeout(() => this.#socket.destroy(), this.#timeoutMs)
    await new Promise((resolve) => {
      this.#socket.once('close', resolve)
      this.#socket.end()
    })
    clearTimeout(deadline)
  }

  async #ask<Name extends ServerMessageName>(
    message: ClientMessage,
    answer: Name,
  ): Promise<Result<Pushed<Name>, Refused>> {
    this.#requests += 1
    const id = String(this.#requests)
    this.#write({ message, requestId: id })
    const answered = await this.#inbox.take(`answer to ${message.type}`, (arrival) =>
      arrival.requestId === id ? arrival.message : undefined,
    )
    if (answered.type === 'ERROR')
      return err({ reason: answered.payload.reason, message: answered.payload.message })
    const expected = ofType(answered, [answer])
    if (expected !== undefined) return ok(expected)
    throw new ClientError('not_understood', `${message.type} was answered with ${answered.type}`)
  }

  #write(request: Request): void {
    const frame = encodeRequest(request)
    if (!this.#socket.writable) return
    this.#trace({ way: 'sent', message: request.message })
    this.#socket.write(frame)
  }

  #take(chunk: Buffer): void {
    this.#decoder.push(chunk)
    try {
      for (let frame = this.#next(); frame !== undefined; frame = this.#next()) this.#receive(frame)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#giveUp(error.message)
    }
  }

  #next(): Frame | undefined {
    return this.#socket.destroyed ? undefined : this.#decoder.next()
  }

  #receive(frame: Frame): void {
    const decoded = decodeServerMessage(frame)
    if (!decoded.ok) {
      this.#giveUp(decoded.error)
      return
    }
    if (decoded.value === undefined) return
    const { message } = decoded.value
    if (message.type === 'ERROR' && lastWords.has(message.payload.reason))
      this.#lastWord = message.payload.message
    this.#trace({ way: 'received', message })
    this.#inbox.put(decoded.value)
  }

  #giveUp(fault: string): void {
    this.#inbox.end(new ClientError('not_understood', `the server sent what cannot be read: ${fault}`))
    this.#socket.destroy()
  }
}
