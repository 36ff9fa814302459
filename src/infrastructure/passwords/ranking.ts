/** Members by a rank that goes up and down in small steps; who has the highest is known without a search. */
export class Ranking<T> {
  readonly #ranks = new Map<T, number>()
  readonly #byRank = new Map<number, Set<T>>()
  #highest = 0

  /** One of those with the highest rank; undefined if there is nobody. */
  get top(): T | undefined {
    const [first] = this.#byRank.get(this.#highest) ?? []
    return first
  }

  set(member: T, rank: number): void {
    if (this.#ranks.get(member) === rank) return
    const equals = this.#byRank.get(rank) ?? new Set()
    this.#byRank.set(rank, equals.add(member))
    this.#highest = Math.max(this.#highest, rank)
    this.delete(member)
    this.#ranks.set(member, rank)
  }

  delete(member: T): void {
    const rank = this.#ranks.get(member)
    if (rank === undefined) return
    this.#ranks.delete(member)
    const equals = this.#byRank.get(rank)
    equals?.delete(member)
    if (equals?.size === 0) this.#byRank.delete(rank)
    while (this.#highest > 0 && !this.#byRank.has(this.#highest)) this.#highest -= 1
  }
}
