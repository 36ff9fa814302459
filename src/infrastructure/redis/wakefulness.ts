import type { Clock } from '../../application/ports/system/clock.ts'

interface Deps {
  readonly clock: Clock
  /** For longer nothing stands still in a process that runs. */
  readonly mostMs: number
  /** Resolves once it is known that this node is a member, or one again. */
  readonly verified: () => Promise<void>
}

/** Notices that this process was stopped, as by SIGSTOP or with its machine, before it does anything else. */
export class Wakefulness {
  readonly #deps: Deps
  #timer: NodeJS.Timeout | undefined
  #lastMs = Infinity
  #doubt: Promise<void> | undefined

  constructor(deps: Deps) {
    this.#deps = deps
  }

  begin(): void {
    this.#lastMs = this.#deps.clock.monotonicMs()
    this.#timer = setInterval(() => void this.doubt(), this.#deps.mostMs / 4).unref()
  }

  end(): void {
    clearInterval(this.#timer)
  }

  /** Undefined, unless it was stopped: then it resolves once it is known what others have made of that. */
  doubt(): Promise<void> | undefined {
    const now = this.#deps.clock.monotonicMs()
    if (now - this.#lastMs > this.#deps.mostMs)
      this.#doubt ??= this.#deps.verified().then(() => {
        this.#doubt = undefined
      })
    this.#lastMs = now
    return this.#doubt
  }
}
