import type { Unsubscribe } from './ask.ts'

type Listeners<Events> = { [E in keyof Events]?: Set<(value: Events[E]) => void> }

/** Tells each event to all who listen for it, in order. What a listener throws becomes an uncaught error of its program. */
export class Emitter<Events> {
  readonly #listeners: Listeners<Events> = {}

  on<E extends keyof Events>(event: E, listener: (value: Events[E]) => void): Unsubscribe {
    const listeners: Set<(value: Events[E]) => void> = (this.#listeners[event] ??= new Set())
    // So that who listens twice is told twice.
    const own = (value: Events[E]) => {
      listener(value)
    }
    listeners.add(own)
    return () => {
      listeners.delete(own)
    }
  }

  /** False where nobody listens. */
  emit<E extends keyof Events>(event: E, value: Events[E]): boolean {
    let heard = false
    for (const listener of this.#listeners[event] ?? []) {
      heard = true
      callSafely(listener, value)
    }
    return heard
  }
}

/** The faults of an application must not stop what comes after: they are thrown once this is done. */
export function callSafely<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
