import { Unavailable } from '../../application/ports/shared-state-errors.ts'
import type { Connection } from './connection/connection.ts'
import { isPassing } from './connection/passing-fault.ts'
import type { Reply } from './wire/reply.ts'

interface Waiting {
  readonly args: readonly string[]
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: Error) => void
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
  readonly #waiting = new Set<Waiting>()
  #connection: Connection | undefined
  #closedBy: Error | undefined

  constructor(deps: PipelineDeps) {
    this.#deps = deps
  }

  get isConnected(): boolean {
    return this.#connection?.isOpen() === true
  }

  get isRefusing(): boolean {
    return this.#closedBy !== undefined
  }

  attach(connection: Connection): void {
    if (this.#connection === connection) return
    this.#connection = connection
    for (const waiting of this.#waiting) this.#write(waiting, connection)
  }

  detach(): void {
    this.#connection = undefined
  }

  /** Without a deadline it waits until there is an answer. */
  send(args: readonly string[], deadlineMs?: number): Promise<Reply> {
    if (this.#closedBy !== undefined) return Promise.reject(this.#closedBy)
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const waiting: Waiting = {
        args,
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
        timer = setTimeout(() => {
          if (this.#waiting.delete(waiting)) reject(new Unavailable())
        }, deadlineMs)
      }
      this.#waiting.add(waiting)
      if (this.#connection !== undefined) this.#write(waiting, this.#connection)
    })
  }

  /** Until `reopen` everything is refused with it. */
  refuse(error: Error): void {
    this.#closedBy = error
    const refused = [...this.#waiting]
    this.#waiting.clear()
    for (const waiting of refused) waiting.reject(error)
  }

  reopen(): void {
    this.#closedBy = undefined
  }

  #write(waiting: Waiting, connection: Connection): void {
    connection.run(waiting.args).then(
      (reply) => {
        if (!this.#waiting.has(waiting)) return
        if (reply === 'FENCED' || reply === 'GAP') {
          this.#deps.fenced(reply === 'GAP' ? 'LOST' : 'FENCED')
          return
        }
        this.#waiting.delete(waiting)
        waiting.resolve(reply)
      },
      (error: unknown) => {
        if (isPassing(error)) {
          connection.close()
        } else if (this.#waiting.delete(waiting)) {
          waiting.reject(error instanceof Error ? error : new Error(String(error)))
        }
      },
    )
  }
}
