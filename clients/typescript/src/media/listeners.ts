import type { Unsubscribe } from '../index.ts'

type Sets<Events> = { [E in keyof Events]?: Set<(value: Events[E]) => void> }

/** Who is told of which event. */
export class Listeners<Events> {
  #sets: Sets<Events> = {}

  on<E extends keyof Events>(event: E, listener: (value: Events[E]) => void): Unsubscribe {
    const set = (this.#sets[event] ??= new Set())
    // One that is added twice is told twice.
    const own = (value: Events[E]): void => {
      listener(value)
    }
    set.add(own)
    return () => {
      set.delete(own)
    }
  }

  tell<E extends keyof Events>(event: E, value: Events[E]): void {
    for (const listener of [...(this.#sets[event] ?? [])]) {
      try {
        listener(value)
      } catch (error) {
        // A fault of the application; what is told here goes on, and it shows as one thrown in an event does.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  clear(): void {
    this.#sets = {}
  }
}
