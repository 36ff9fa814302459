import type { Unsubscribe } from '../ask.ts'
import { callSafely } from '../emitter.ts'
import type { Signal, Signals } from './signal.ts'

/** For a listener that comes late. The oldest go first. */
const MAX_KEPT = 1000

/** The signals of one call: those to be sent wait for the call, those received for a listener. */
export class SignalBox implements Signals {
  readonly #post: (signal: Signal) => void
  readonly #listeners = new Set<(signal: Signal) => void>()
  #received: Signal[] = []
  #unsent: Signal[] = []
  #phase: 'before' | 'open' | 'over' = 'before'

  constructor(post: (signal: Signal) => void) {
    this.#post = post
  }

  send(signal: Signal): void {
    if (this.#phase === 'open') this.#post(signal)
    else if (this.#phase === 'before') this.#unsent = [...this.#unsent.slice(1 - MAX_KEPT), signal]
  }

  listen(listener: (signal: Signal) => void): Unsubscribe {
    const own = (signal: Signal) => {
      listener(signal)
    }
    this.#listeners.add(own)
    const received = this.#received
    this.#received = []
    for (const signal of received) callSafely(own, signal)
    return () => {
      this.#listeners.delete(own)
    }
  }

  /** The call is active. */
  open(): void {
    if (this.#phase !== 'before') return
    this.#phase = 'open'
    const unsent = this.#unsent
    this.#unsent = []
    for (const signal of unsent) this.#post(signal)
  }

  close(): void {
    this.#phase = 'over'
    this.#unsent = []
  }

  deliver(signal: Signal): void {
    if (this.#listeners.size === 0) {
      this.#received.push(signal)
      if (this.#received.length > MAX_KEPT) this.#received.shift()
    }
    for (const listener of this.#listeners) callSafely(listener, signal)
  }
}
