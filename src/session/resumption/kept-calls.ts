import type { Clock } from '../../application/ports/system/clock.ts'
import type { CommitLog } from '../../application/ports/session-journal.ts'
import type { Guests } from '../../application/ports/guests.ts'
import { type LiveCall, sessionOf } from '../../domain/call.ts'
import type { CallId } from '../../domain/ids.ts'
import type { Registry } from '../registry.ts'
import { shifted } from './shifted.ts'

interface Deps {
  readonly registry: Registry
  readonly clock: Clock
  readonly log: CommitLog
  readonly guests: Guests | undefined
}

/** The calls that may outlive the process: those whose caller can come back, and no guest's. */
export class KeptCalls {
  readonly #deps: Deps
  readonly #calls = new Map<CallId, LiveCall>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  get ids(): readonly CallId[] {
    return [...this.#calls.keys()]
  }

  put(call: LiveCall): void {
    const { guests } = this.#deps
    if (guests?.isGuest(call.caller.id) === true || guests?.isGuest(call.callee.id) === true) return
    const caller = sessionOf(call, 'caller')
    if (caller === undefined || this.#deps.registry.get(caller)?.resumption === undefined) {
      // It may have been with a device of the caller that can come back.
      this.drop(call.id)
      return
    }
    this.#calls.set(call.id, call)
    this.write(call.id, this.#deps.log)
  }

  drop(id: CallId): void {
    if (this.#calls.delete(id)) this.#deps.log.changed({ kind: 'call-ended', id })
  }

  /** As it is now, if it is still there. */
  write(id: CallId, log: CommitLog): void {
    const call = this.#calls.get(id)
    const { clock } = this.#deps
    if (call !== undefined)
      log.changed({ kind: 'call', call: shifted(call, clock.wallMs() - clock.monotonicMs()) })
  }
}
