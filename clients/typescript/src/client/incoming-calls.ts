import type { RoomCall } from '../call/room-call.ts'

/** For one who does not ask for the next one. The oldest go first. */
const MAX_KEPT = 100

/** The incoming calls for one loop. Those that have ended before it comes to them are passed over. */
export class IncomingCalls implements AsyncIterableIterator<RoomCall> {
  readonly #onEnd: () => void
  #kept: RoomCall[] = []
  #waiting: ((result: IteratorResult<RoomCall, undefined>) => void)[] = []
  #over = false

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<RoomCall, undefined>> {
    this.#kept = this.#kept.filter((call) => !call.isOver)
    const value = this.#kept.shift()
    if (value !== undefined) return Promise.resolve({ done: false, value })
    if (this.#over) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  return(): Promise<IteratorResult<RoomCall, undefined>> {
    this.end()
    return Promise.resolve({ done: true, value: undefined })
  }

  rings(call: RoomCall): void {
    const resolve = this.#waiting.shift()
    if (resolve === undefined) this.#kept = [...this.#kept.slice(1 - MAX_KEPT), call]
    else resolve({ done: false, value: call })
  }

  end(): void {
    if (this.#over) return
    this.#over = true
    this.#onEnd()
    for (const resolve of this.#waiting) resolve({ done: true, value: undefined })
    this.#waiting = []
  }
}
