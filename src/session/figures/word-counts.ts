/** How often each of a closed list of words came up. The words named at first are there from the beginning, with 0. */
export class WordCounts<Word extends string> {
  readonly #counts = new Map<Word, number>()

  constructor(words: readonly Word[]) {
    for (const word of words) this.#counts.set(word, 0)
  }

  add(word: Word): void {
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1)
  }

  of(word: Word): number {
    return this.#counts.get(word) ?? 0
  }

  entries(): Iterable<readonly [Word, number]> {
    return this.#counts
  }
}
