import type { Clock } from '../../application/ports/system/clock.ts'
import type { Asker, Overloaded } from '../../application/ports/password-hasher.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { CompareTask, HashTask } from './bcrypt-worker.ts'
import { Lanes } from './lanes.ts'
import type { HashPace } from './hash-pace.ts'
import { type HashThreads, startThreads } from './hash-threads.ts'

interface Options {
  readonly threads: number
  readonly maxPending: number
  readonly pace: HashPace
  readonly clock: Clock
}

/** Somebody who waits for a thread, or has one. */
interface Turn {
  readonly from: string
  readonly known: boolean
  readonly take: () => void
  readonly lose: () => void
}

/** bcrypt in threads of its own: what is accepted and not yet answered is bounded, and addresses take turns. */
export class BcryptPool {
  readonly #threads: HashThreads
  readonly #queue: Lanes<Turn>
  readonly #pace: HashPace
  readonly #clock: Clock
  #closed = false

  constructor({ threads, maxPending, pace, clock }: Options) {
    this.#queue = new Lanes({ atOnce: threads, places: maxPending })
    this.#pace = pace
    this.#clock = clock
    this.#threads = startThreads(threads)
  }

  /** How many have a thread, and how many wait for one. */
  get load(): { readonly working: number; readonly waiting: number } {
    const { held, running: working } = this.#queue
    return { working, waiting: held - working }
  }

  hash(task: HashTask, from: Asker): Promise<Result<string, Overloaded>> {
    return this.#inTurn(from, () => this.#threads.run(task, { name: 'hash' }))
  }

  compare(task: CompareTask, from: Asker): Promise<Result<boolean, Overloaded>> {
    return this.#inTurn(from, () => this.#threads.run(task, { name: 'compare' }))
  }

  /** Ends the threads at once; what was under way is answered with `overloaded`. */
  async close(): Promise<void> {
    this.#closed = true
    for (const turn of this.#queue.clear()) turn.lose()
    await this.#threads.destroy()
  }

  #inTurn<T>({ address, known = false }: Asker, work: () => Promise<T>): Promise<Result<T, Overloaded>> {
    if (this.#closed) return Promise.resolve(this.#overloaded())
    return new Promise((resolve, reject) => {
      const turn: Turn = {
        from: address,
        known,
        take: () => {
          this.#run(work)
            .finally(() => {
              this.#queue.done(turn)
              this.#go()
            })
            .then(resolve, reject)
        },
        lose: () => {
          resolve(this.#overloaded())
        },
      }
      this.#queue.enter(turn)?.lose()
      this.#go()
    })
  }

  #go(): void {
    for (let turn = this.#queue.next(); turn !== undefined; turn = this.#queue.next()) turn.take()
  }

  async #run<T>(work: () => Promise<T>): Promise<Result<T, Overloaded>> {
    const begun = this.#clock.monotonicMs()
    try {
      const value = await work()
      this.#pace.took(this.#clock.monotonicMs() - begun)
      return ok(value)
    } catch (fault) {
      if (this.#closed) return this.#overloaded()
      throw fault
    }
  }

  #overloaded(): Result<never, Overloaded> {
    return err({ reason: 'overloaded', retryAfterMs: this.#pace.retryAfterMs(this.#queue.held) })
  }
}
