import { Unavailable } from '../../application/ports/shared-state-errors.ts'
import { type Connection, ConnectionLost } from './connection/connection.ts'
import { isPassing } from './connection/passing-fault.ts'
import { sizeOf } from './wire/encode-writes.ts'
import type { Reply } from './wire/reply.ts'

/** So much is on its way at once: a renewal of the lease must not wait behind all that has gathered while Redis was away. */
const WINDOW_BYTES = 1024 * 1024

interface Waiting {
  readonly args: readonly string[]
  readonly bytes: number
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: Error) => void
  /** It was on its way when a connection was lost: it may have been carried out. */
  isInDoubt: boolean
}

interface PipelineDeps {
  /** A script has found that this node is no member any more, or that Redis has lost what it had acknowledged. */
  readonly fenced: (why: 'FENCED' | 'LOST') => void
}

/**
 * Commands on their way to Redis, in the order in which they were given. What has no answer when a connection is lost is
 * sent again on the next one, in the same order: each of them does the same if it is carried out twice.
 */
export class Pipeline {
  readonly #deps: PipelineDeps
  #unanswered = new Set<Waiting>()
  #unsent = new Set<Waiting>()
  #sentBytes = 0
  #connection: Connection | undefined
  #troubles = 0
  #refusal: Error | undefined = new Unavailable('this node has not joined')

  constructor(deps: PipelineDeps) {
    this.#deps = deps
  }

  get isConnected(): boolean {
    return this.#connection?.isOpen() === true
  }

  /** How often in a row Redis has said that it cannot do now what it was asked for. */
  get troubles(): number {
    return this.#troubles
  }

  get isRefusing(): boolean {
    return this.#refusal !== undefined
  }

  attach(connection: Connection): void {
    if (this.#connection === connection) return
    this.#connection = connection
    this.#unsent = new Set([...this.#unanswered, ...this.#unsent])
    this.#unanswered = new Set()
    this.#sentBytes = 0
    this.#pump()
  }

  detach(): void {
    this.#connection = undefined
    for (const waiting of this.#unanswered) waiting.isInDoubt = true
  }

  /**
   * Without a deadline it waits until there is an answer. `furtherMs`: what may have been carried out already waits longer,
   * to learn whether it was.
   */
  send(args: readonly string[], deadlineMs?: number, furtherMs = 0): Promise<Reply> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal)
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const waiting: Waiting = {
        args,
        bytes: sizeOf(args),
        isInDoubt: false,
        resolve: (reply) => {
          clearTimeout(timer)
          resolve(reply)
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      }
      if (deadlineMs !== undefined) {
        const giveUp = (): void => {
          if (this.#forget(waiting)) reject(new Unavailable())
        }
        timer = setTimeout(() => {
          if (waiting.isInDoubt && furtherMs > 0) timer = setTimeout(giveUp, furtherMs)
          else giveUp()
        }, deadlineMs)
      }
      this.#unsent.add(waiting)
      this.#pump()
    })
  }

  /** Everything, until `reopen`. */
  refuse(error: Error): void {
    this.#refusal = error
    const refused = [...this.#unanswered, ...this.#unsent]
    this.#unanswered.clear()
    this.#unsent.clear()
    for (const waiting of refused) waiting.reject(error)
  }

  reopen(): void {
    this.#refusal = undefined
  }

  #pump(): void {
    const connection = this.#connection
    if (connection === undefined) return
    for (const waiting of this.#unsent) {
      if (this.#sentBytes > WINDOW_BYTES) return
      this.#unsent.delete(waiting)
      this.#unanswered.add(waiting)
      this.#write(waiting, connection)
    }
  }

  #forget(waiting: Waiting): boolean {
    return this.#unanswered.delete(waiting) || this.#unsent.delete(waiting)
  }

  #write(waiting: Waiting, connection: Connection): void {
    this.#sentBytes += waiting.bytes
    const answered = (): boolean => {
      if (this.#connection === connection) this.#sentBytes -= waiting.bytes
      return this.#unanswered.has(waiting)
    }
    connection.run(waiting.args).then(
      (reply) => {
        // One before it was not carried out, and both are sent again.
        if (!connection.isOpen()) return
        this.#troubles = 0
        if (answered()) {
          if (reply === 'FENCED' || reply === 'GAP') {
            this.#deps.fenced(reply === 'GAP' ? 'LOST' : 'FENCED')
            return
          }
          this.#unanswered.delete(waiting)
          waiting.resolve(reply)
        }
        this.#pump()
      },
      (error: unknown) => {
        if (connection.isOpen() && isPassing(error)) {
          if (!(error instanceof ConnectionLost)) this.#troubles += 1
          connection.close()
        }
        if (!connection.isOpen()) return
        if (answered()) {
          this.#unanswered.delete(waiting)
          waiting.reject(error instanceof Error ? error : new Error(String(error)))
        }
        this.#pump()
      },
    )
  }
}
