import { FairQueue } from './fair-queue.ts'

interface Bounds {
  readonly atOnce: number
  readonly places: number
}

/** Of so many turns one is a stranger's, whoever else waits: nobody waits for ever. */
const TURNS = 4

/** The part of all places that is kept for those who are known. */
const KEPT = 1 / 8

/**
 * Two queues of the same kind: those who are known have places of their own and go first (PW-25). Of the known, too,
 * addresses take turns; whoever finds no place among them waits with the strangers.
 */
export class Lanes<T extends { readonly from: string; readonly known: boolean }> {
  readonly #atOnce: number
  readonly #known: FairQueue<T>
  readonly #strangers: FairQueue<T>
  readonly #running = new Map<T, FairQueue<T>>()
  #turn = 0

  constructor({ atOnce, places }: Bounds) {
    const kept = Math.floor(places * KEPT)
    this.#atOnce = atOnce
    this.#known = new FairQueue({ atOnce, places: kept })
    this.#strangers = new FairQueue({ atOnce, places: places - kept })
  }

  /** How many wait or run. */
  get held(): number {
    return this.#known.held + this.#strangers.held
  }

  /** How many run. */
  get running(): number {
    return this.#running.size
  }

  /** Takes a task in. Gives back the one for which there is no place, if there is one. */
  enter(task: T): T | undefined {
    const stranger = task.known ? this.#known.enter(task) : task
    return stranger === undefined ? undefined : this.#strangers.enter(stranger)
  }

  /** The next that may run, as soon as there is one; to be followed by `done` when it has run. */
  next(): T | undefined {
    if (this.#running.size >= this.#atOnce) return undefined
    this.#turn = (this.#turn + 1) % TURNS
    const lanes = [this.#known, this.#strangers]
    for (const lane of this.#turn === 0 ? lanes.toReversed() : lanes) {
      const task = lane.next()
      if (task === undefined) continue
      this.#running.set(task, lane)
      return task
    }
    return undefined
  }

  done(task: T): void {
    const lane = this.#running.get(task)
    if (lane === undefined) throw new Error('done without having run')
    this.#running.delete(task)
    lane.done(task)
  }

  /** Lets all go that wait; what runs goes on. */
  clear(): T[] {
    return [...this.#known.clear(), ...this.#strangers.clear()]
  }
}
