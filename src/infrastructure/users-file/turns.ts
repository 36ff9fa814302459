/** Runs the tasks of one key one after another, in the order in which they came; different keys do not wait. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** The task never begins before this returns. */
  async take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const mine = before.then(task, task)
    this.#last.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key)
    }
  }
}
