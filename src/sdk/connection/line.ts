import type { Socket } from 'node:net'
import { err, ok, type Result } from '../../domain/result.ts'
import type { ClientMessage, ServerMessage } from '../../protocol/message-table.ts'
import type { Refused } from '../account.ts'
import { askToResume, notResumed } from '../ask-to-resume.ts'
import { ClientError } from '../client-error.ts'
import type { Continuity } from '../continuity.ts'
import { Exchange, type Traffic } from './exchange.ts'
import type { Inbox } from './inbox.ts'
import { keepAlive, sendHeartbeat } from './keep-alive.ts'
import { type Address, openSocket } from './open-socket.ts'
import type { Pushed, ServerMessageName } from '../pushed.ts'
import type { Resumed } from '../resumed.ts'

interface Surroundings {
  readonly timeoutMs: number
  readonly trace: (traffic: Traffic) => void
  /** For what the server says of its own accord; ends when nothing more can come. */
  readonly inbox: Inbox
}

type State =
  | { readonly phase: 'open'; readonly exchange: Exchange }
  | { readonly phase: 'lost'; readonly why: ClientError }

/** The way to the server: a connection, and after it others as long as there is a session to go on with. */
export class Line {
  /** Undefined where nothing outlives the connection. */
  continuity: Continuity | undefined
  readonly #surroundings: Surroundings
  #state: State
  /** A connection on which the session does not go on yet. */
  #attempt: Exchange | undefined
  #resuming: Promise<Result<Resumed, Refused>> | undefined

  constructor(socket: Socket, surroundings: Surroundings) {
    this.#surroundings = surroundings
    this.#state = { phase: 'open', exchange: this.#exchangeOn(socket) }
  }

  get lost(): Promise<ClientError> {
    return this.#state.phase === 'open' ? this.#state.exchange.ended : Promise.resolve(this.#state.why)
  }

  /** What belongs to a call is kept until it has arrived, be it on another connection. */
  send(message: ClientMessage): void {
    this.continuity?.keep(message)
    if (this.#state.phase === 'lost') return
    this.#state.exchange.send(message)
    this.#heartbeatIfDue(this.#state.exchange)
  }

  /** Rejects where there is no connection. `read` is given the answer in the moment of its arrival. */
  async ask<Name extends ServerMessageName, T>(
    message: ClientMessage,
    answers: readonly Name[],
    read: (answer: Pushed<Name>) => T,
  ): Promise<Result<T, Refused>> {
    if (this.#state.phase === 'lost') throw this.#state.why
    return this.#state.exchange.ask(message, answers, read)
  }

  /** A login has begun a session that can be resumed; `start` is where the request was sent. */
  begin(token: string, start: number): void {
    if (this.#state.phase === 'lost' || this.continuity === undefined) return
    this.continuity.begin(token, start)
    keepAlive(this.#state.exchange, this.continuity)
  }

  /** Several who ask at once share one try. */
  resume(address: Address): Promise<Result<Resumed, Refused>> {
    this.#resuming ??= this.#resume(address).finally(() => {
      this.#resuming = undefined
    })
    return this.#resuming
  }

  cut(why = new ClientError('closed', 'this client was cut off')): void {
    this.#attempt?.cut(why)
    if (this.#state.phase === 'open') this.#state.exchange.cut(why)
  }

  async close(): Promise<void> {
    const closed = new ClientError('closed', 'this client was closed')
    this.continuity?.end()
    this.#surroundings.inbox.end(closed)
    this.#attempt?.cut(closed)
    if (this.#state.phase === 'open') await this.#state.exchange.close(closed)
  }

  #exchangeOn(socket: Socket): Exchange {
    const { timeoutMs, trace } = this.#surroundings
    const exchange: Exchange = new Exchange(socket, {
      timeoutMs,
      trace,
      pushed: (message) => {
        this.#take(exchange, message)
      },
      ended: (why) => {
        this.#lose(exchange, why)
      },
    })
    return exchange
  }

  #take(exchange: Exchange, message: ServerMessage): void {
    if (this.continuity?.admit(message) === false) return
    this.#surroundings.inbox.put(message)
    this.#heartbeatIfDue(exchange)
  }

  #lose(exchange: Exchange, why: ClientError): void {
    if (this.#state.phase === 'lost' || this.#state.exchange !== exchange) return
    this.#state = { phase: 'lost', why }
    // What could not be understood once would come again.
    if (why.code === 'not_understood') this.continuity?.end()
    if (this.continuity?.hasSession !== true) this.#surroundings.inbox.end(why)
  }

  async #resume(address: Address): Promise<Result<Resumed, Refused>> {
    const { continuity } = this
    if (continuity?.hasSession !== true) return err(notResumed('unknown'))
    this.cut()
    const exchange = this.#exchangeOn(await openSocket(address, this.#surroundings.timeoutMs))
    this.#attempt = exchange
    try {
      const answer = await askToResume(exchange, continuity, ({ type, payload }) =>
        type === 'RESUMED' ? this.#goOn(exchange, continuity, payload) : this.#giveUp(payload.reason),
      )
      // A token that is good is let in whatever the limit, so this one is not.
      if (!answer.ok && answer.error.reason === 'too_many_attempts') return this.#giveUp(answer.error.reason)
      return answer
    } finally {
      this.#attempt = undefined
      if (!this.#uses(exchange)) exchange.cut(new ClientError('closed', 'the session was not resumed'))
    }
  }

  #goOn(
    exchange: Exchange,
    continuity: Continuity,
    payload: Pushed<'RESUMED'>['payload'],
  ): Result<Resumed, Refused> {
    const missing = continuity.goOn(payload)
    if (missing === undefined) return this.#giveUp('overflow')
    this.#state = { phase: 'open', exchange }
    for (const message of missing) exchange.send(message)
    keepAlive(exchange, continuity)
    return ok({ call: payload.call, replayed: payload.replayed })
  }

  #giveUp(reason: string): Result<Resumed, Refused> {
    const refused = notResumed(reason)
    this.continuity?.end()
    this.#surroundings.inbox.end(new ClientError('closed', refused.message))
    return err(refused)
  }

  #uses(exchange: Exchange): boolean {
    return this.#state.phase === 'open' && this.#state.exchange === exchange
  }

  #heartbeatIfDue(exchange: Exchange): void {
    if (this.continuity?.heartbeatDue === true && this.#uses(exchange)) {
      sendHeartbeat(exchange, this.continuity)
    }
  }
}
