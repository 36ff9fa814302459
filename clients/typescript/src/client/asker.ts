import type { Ask, Unsubscribe } from '../ask.ts'
import { RoomRtcError } from '../error.ts'
import type { Request } from '../link/requests.ts'
import { type Settle, waitFor } from '../wait.ts'
import type { ServerMessage } from '../wire/server-messages.ts'
import type { Surroundings } from '../world/surroundings.ts'

export interface AskerOptions {
  readonly world: Pick<Surroundings, 'setTimer'>
  readonly timeoutMs: number
  readonly request: (request: Request) => Unsubscribe
}

export interface Question<T> extends Pick<Request, 'message' | 'answers' | 'repeats'> {
  /** Names it in an error. */
  readonly what: string
  /** In the moment in which the answer arrives. */
  readonly read: (answer: ServerMessage) => T | RoomRtcError
  readonly timeoutMs?: number
}

/** Makes promises of what the server is asked, each with a deadline. */
export class Asker {
  readonly #options: AskerOptions

  constructor(options: AskerOptions) {
    this.#options = options
  }

  ask<T>({ what, read, timeoutMs, ...request }: Question<T>, options?: Ask): Promise<T> {
    const start = ({ resolve, reject }: Settle<T>) =>
      this.#options.request({
        ...request,
        done: (outcome) => {
          const result = outcome instanceof RoomRtcError ? outcome : read(outcome)
          if (result instanceof RoomRtcError) reject(result)
          else resolve(result)
        },
      })
    return this.wait(what, options, start, timeoutMs)
  }

  wait<T>(
    what: string,
    { signal }: Ask = {},
    start: (settle: Settle<T>) => Unsubscribe,
    timeoutMs = this.#options.timeoutMs,
  ): Promise<T> {
    return waitFor(this.#options.world, { what, timeoutMs, ...(signal && { signal }) }, start)
  }
}
