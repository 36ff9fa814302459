import { compareNames, type NameRange } from '../../domain/name-order.ts'
import { sortNames } from './sort-names.ts'

/** Short enough that an insertion moves little, long enough that the list of chunks stays short. */
const MAX_CHUNK = 512
const FULL_ENOUGH = MAX_CHUNK / 2

/** Names in their order, in chunks: an insertion among a million moves a few hundred of them. */
export class SortedNames {
  /** None is empty. */
  readonly #chunks: string[][] = []

  /** Many at once, each a different one: far quicker than one by one. */
  constructor(names: Iterable<string> = []) {
    this.#fill(sortNames([...names]))
  }

  /** Of names that are in order already. */
  static ofSorted(sorted: readonly string[]): SortedNames {
    const names = new SortedNames()
    names.#fill(sorted)
    return names
  }

  add(name: string): void {
    const at = this.#chunkOf(name)
    const chunk = this.#chunks[at]
    if (chunk === undefined) {
      this.#chunks.push([name])
      return
    }
    const place = placeIn(chunk, name)
    if (chunk[place] === name) return
    chunk.splice(place, 0, name)
    if (chunk.length > MAX_CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(FULL_ENOUGH))
  }

  delete(name: string): void {
    const at = this.#chunkOf(name)
    const chunk = this.#chunks[at]
    if (chunk === undefined) return
    const place = placeIn(chunk, name)
    if (chunk[place] === name) chunk.splice(place, 1)
    if (chunk.length === 0) this.#chunks.splice(at, 1)
  }

  /** A live view, to be walked before anything is added or deleted. Its beginning is found without a walk. */
  *in({ after, prefix = '' }: NameRange): Iterable<string> {
    const start = after === undefined || compareNames(after, prefix) < 0 ? prefix : after
    const first = this.#chunkOf(start)
    for (let at = first; at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] ?? []
      for (const name of at === first ? chunk.slice(placeIn(chunk, start)) : chunk) {
        if (!name.startsWith(prefix)) return
        if (name !== after) yield name
      }
    }
  }

  #fill(sorted: readonly string[]): void {
    for (let at = 0; at < sorted.length; at += FULL_ENOUGH) {
      this.#chunks.push(sorted.slice(at, at + FULL_ENOUGH))
    }
  }

  /** The last chunk that begins at or before the name. */
  #chunkOf(name: string): number {
    const after = firstThat(this.#chunks, ([head]) => head !== undefined && compareNames(head, name) > 0)
    return Math.max(0, after - 1)
  }
}

/** Where the name is in the chunk, or would be. */
function placeIn(chunk: readonly string[], name: string): number {
  return firstThat(chunk, (other) => compareNames(other, name) >= 0)
}

/** The index of the first that is so, where all before it are not; the length if none is. */
function firstThat<T>(sorted: readonly T[], isSo: (value: T) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const value = sorted[middle]
    if (value !== undefined && isSo(value)) high = middle
    else low = middle + 1
  }
  return low
}
