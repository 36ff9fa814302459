import { createOnce, type Once } from '../once.ts'

/** Less than what may wait for the store, by what those may still send who are told to wait only then. */
const MOST = { posts: 5000, chars: 16 * 1024 * 1024 }

/** What waits to be kept, so that whoever sends can be made to wait before it is too much. */
export class Backlog {
  #posts = 0
  #chars = 0
  #room: Once | undefined

  /** Undefined where there is room for more; else it resolves when there is. */
  room(): Promise<void> | undefined {
    if (!this.#isFull) return undefined
    this.#room ??= createOnce()
    return this.#room.happened
  }

  add(posts: number, chars: number): void {
    this.#posts += posts
    this.#chars += chars
  }

  remove(posts: number, chars: number): void {
    this.#posts -= posts
    this.#chars -= chars
    if (this.#isFull) return
    this.#room?.happen()
    this.#room = undefined
  }

  get #isFull(): boolean {
    return this.#posts >= MOST.posts || this.#chars >= MOST.chars
  }
}
