import type { Socket } from 'node:net'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Request } from '../../protocol/codec/decode-request.ts'
import type { ClientMessage, ServerMessage } from '../../protocol/message-table.ts'
import type { Refused } from '../account.ts'
import { ClientError } from '../client-error.ts'
import { type Arrival, MessageSocket } from './message-socket.ts'
import { ofType, type Pushed, type ServerMessageName } from '../pushed.ts'
import { Waiters } from './waiters.ts'

/** What was sent and what arrived, as it happens. */
export type Traffic =
  | { readonly way: 'sent'; readonly message: ClientMessage }
  | { readonly way: 'received'; readonly message: ServerMessage }

interface Owner {
  readonly timeoutMs: number
  readonly trace: (traffic: Traffic) => void
  /** What is no answer. */
  readonly pushed: (message: ServerMessage) => void
  /** Told once. */
  readonly ended: (why: ClientError) => void
}

/** One connection: what is asked on it is answered on it, or not at all. */
export class Exchange {
  /** Why it has ended, once it has. */
  readonly ended: Promise<ClientError>
  #tellEnd: (why: ClientError) => void = () => undefined
  readonly #owner: Owner
  readonly #socket: MessageSocket
  readonly #answers: Waiters<Arrival>
  #requests = 0
  #over: ClientError | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(socket: Socket, owner: Owner) {
    this.ended = new Promise((resolve) => (this.#tellEnd = resolve))
    this.#owner = owner
    this.#answers = new Waiters(owner.timeoutMs)
    this.#socket = new MessageSocket(socket, {
      arrived: (arrival) => {
        owner.trace({ way: 'received', message: arrival.message })
        // An answer that nobody waits for has come too late.
        if (arrival.requestId === undefined) owner.pushed(arrival.message)
        else this.#answers.offer(arrival)
      },
      ended: (why) => {
        this.#end(why)
      },
    })
  }

  /** What has no answer of its own. Lost if the connection has ended. */
  send(message: ClientMessage): void {
    this.#write({ message })
  }

  /** `read` is given the answer in the moment of its arrival, before all that comes after it. */
  async ask<Name extends ServerMessageName, T>(
    message: ClientMessage,
    answers: readonly Name[],
    read: (answer: Pushed<Name>) => T,
  ): Promise<Result<T, Refused>> {
    if (this.#over !== undefined) throw this.#over
    this.#requests += 1
    const id = String(this.#requests)
    this.#write({ message, requestId: id })
    const answer = await this.#answers.wait(`answer to ${message.type}`, ({ message: got, requestId }) => {
      if (requestId !== id) return undefined
      const expected = ofType(got, answers)
      if (expected !== undefined) return ok(read(expected))
      if (got.type === 'ERROR') return err({ reason: got.payload.reason, message: got.payload.message })
      return new ClientError('not_understood', `${message.type} was answered with ${got.type}`)
    })
    if (answer instanceof ClientError) throw answer
    return answer
  }

  /** Does it time and again, until the connection ends; keeps no process up. */
  every(ms: number, work: () => void): void {
    clearInterval(this.#timer)
    this.#timer = setInterval(work, ms).unref()
  }

  /** Sends what is still to be sent and closes; whoever waits for an answer is told. */
  close(why: ClientError): Promise<void> {
    this.#end(why)
    return this.#socket.close(this.#owner.timeoutMs)
  }

  /** Ends the connection at once and without a word. */
  cut(why: ClientError): void {
    this.#end(why)
    this.#socket.destroy()
  }

  #end(why: ClientError): void {
    if (this.#over !== undefined) return
    this.#over = why
    clearInterval(this.#timer)
    this.#answers.fail(why)
    this.#owner.ended(why)
    this.#tellEnd(why)
  }

  #write(request: Request): void {
    if (this.#socket.send(request)) this.#owner.trace({ way: 'sent', message: request.message })
  }
}
