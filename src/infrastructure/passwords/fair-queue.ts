interface Bounds {
  /** Tasks that run at the same time, at most. */
  readonly atOnce: number
  /** Tasks that wait or run, at most. */
  readonly places: number
}

/** The tasks of one address. */
interface Line<T> {
  readonly from: string
  readonly waiting: T[]
  running: number
}

/** Tasks in the order in which they are to run: addresses take turns, and of one address the first to come goes first. */
export class FairQueue<T extends { readonly from: string }> {
  readonly #bounds: Bounds
  readonly #lines = new Map<string, Line<T>>()
  /** The lines in which somebody waits, in the order of their turns. */
  readonly #turns = new Set<Line<T>>()
  #running = 0
  #held = 0

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  /** How many wait or run. */
  get held(): number {
    return this.#held
  }

  /**
   * Takes a task in. Gives back the one for which there is no place, if there is one: the latest of the address that holds
   * the most places, where the newcomer's address holds fewer even with this one; else the newcomer itself.
   */
  enter(task: T): T | undefined {
    const line = this.#lines.get(task.from) ?? { from: task.from, waiting: [], running: 0 }
    const leaving = this.#held < this.#bounds.places ? undefined : (this.#latestOfGreediest(line) ?? task)
    if (leaving === task) return task
    line.waiting.push(task)
    if (leaving === undefined) this.#held += 1
    this.#settle(line)
    return leaving
  }

  /** The next that may run, as soon as there is one; to be followed by `done` when it has run. */
  next(): T | undefined {
    if (this.#running >= this.#bounds.atOnce) return undefined
    const [line] = this.#turns
    const task = line?.waiting.shift()
    if (line === undefined || task === undefined) return undefined
    line.running += 1
    this.#running += 1
    // If there is more in the line, it is put behind all others.
    this.#turns.delete(line)
    this.#settle(line)
    return task
  }

  done({ from }: T): void {
    const line = this.#lines.get(from)
    if (line === undefined || line.running === 0) throw new Error('done without having run')
    line.running -= 1
    this.#running -= 1
    this.#held -= 1
    this.#settle(line)
  }

  /** Lets all go that wait; what runs goes on. */
  clear(): T[] {
    const gone: T[] = []
    for (const line of [...this.#turns]) {
      gone.push(...line.waiting.splice(0))
      this.#settle(line)
    }
    this.#held -= gone.length
    return gone
  }

  // Room is made only where it leaves the two addresses nearer to each other. Otherwise two that hold the same would push
  // each other out in turn, and whoever comes last would always win.
  #latestOfGreediest(newcomer: Line<T>): T | undefined {
    // All are looked at, but only where a place is asked for and there is none.
    let greediest: Line<T> | undefined
    for (const line of this.#turns)
      if (greediest === undefined || places(line) > places(greediest)) greediest = line
    if (greediest === undefined || places(newcomer) + 1 >= places(greediest)) return undefined
    const latest = greediest.waiting.pop()
    this.#settle(greediest)
    return latest
  }

  #settle(line: Line<T>): void {
    if (places(line) === 0) this.#lines.delete(line.from)
    else this.#lines.set(line.from, line)
    if (line.waiting.length === 0) this.#turns.delete(line)
    else this.#turns.add(line)
  }
}

function places({ waiting, running }: Line<unknown>): number {
  return waiting.length + running
}
