/** A session to which something was posted, with that batch; `node`: where it was thought to be. */
export interface Told {
  readonly batch: number
  readonly node: string
  readonly session: string
}

const MOST = 4096

/** To whom this node has posted last: what Redis loses of that is known. */
export class RecentlyTold {
  #told: Told[] = []
  /** The last batch for each node of which it is not known any more to whom it was. */
  readonly #forgotten = new Map<string, number>()

  add(told: Told): void {
    this.#told.push(told)
    if (this.#told.length < 2 * MOST) return
    for (const { node, batch } of this.#told.splice(0, MOST)) this.#forgotten.set(node, batch)
  }

  restart(): void {
    this.#told = []
    this.#forgotten.clear()
  }

  /**
   * The sessions of `homes` to which something was posted that their nodes have not heard of. `done`: the last batch that
   * Redis has had. `heard`: the last one that a node has heard of.
   */
  missing(
    homes: ReadonlyMap<string, string | undefined>,
    done: number,
    heard: (node: string) => number,
  ): readonly string[] {
    const missing = new Set<string>()
    for (const { batch, node, session } of this.#told)
      if (batch <= done && batch > heard(homes.get(session) ?? node)) missing.add(session)
    for (const [session, home] of homes)
      if (home !== undefined && (this.#forgotten.get(home) ?? 0) > heard(home)) missing.add(session)
    return [...missing]
  }
}
