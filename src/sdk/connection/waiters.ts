import { ClientError } from '../client-error.ts'

/** What somebody waits for: gives it, if the item is it. Asked in the moment of its arrival. */
export type Wanted<Item, T> = (item: Item) => T | undefined

interface Waiting<Item> {
  /** True if it was what is waited for. */
  readonly offer: (item: Item) => boolean
  readonly fail: (error: ClientError) => void
}

/** Those who wait for something to arrive, each until its deadline. */
export class Waiters<Item> {
  readonly #timeoutMs: number
  readonly #waiting = new Set<Waiting<Item>>()

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  /** True if somebody has waited for it. */
  offer(item: Item): boolean {
    for (const waiting of this.#waiting) if (waiting.offer(item)) return true
    return false
  }

  fail(error: ClientError): void {
    for (const waiting of this.#waiting) waiting.fail(error)
  }

  /** `what` names it in an error, and `circumstances` says then what is known besides. */
  wait<T>(what: string, wanted: Wanted<Item, T>, circumstances = () => ''): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer)
        this.#waiting.delete(waiting)
      }
      const waiting: Waiting<Item> = {
        offer: (item) => {
          const found = wanted(item)
          if (found === undefined) return false
          done()
          resolve(found)
          return true
        },
        fail: (error) => {
          done()
          reject(error)
        },
      }
      const timer = setTimeout(() => {
        waiting.fail(new ClientError('timeout', `no ${what} within ${this.#timeoutMs} ms${circumstances()}`))
      }, this.#timeoutMs)
      this.#waiting.add(waiting)
    })
  }
}
