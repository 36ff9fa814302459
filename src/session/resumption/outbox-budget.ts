import type { Log } from '../../application/ports/system/log.ts'
import type { User } from '../../domain/user.ts'

/** Of a session, what is looked at. */
interface Waiting {
  readonly user: User
  /** Absent while it waits for its client. */
  readonly endpoint: object | undefined
  readonly resumption: { readonly outbox: { readonly bytes: number }; giveUp(): void } | undefined
}

interface Deps {
  /** All outboxes together. */
  readonly maxBytes: number
  readonly sessions: () => Iterable<Waiting>
  readonly log: Log
}

/** How far below its bound the sum is brought, so that the fullest are not looked for at each message. */
const RELIEVED = 15 / 16

/** What all outboxes hold together (RESUME-15): beyond the bound the fullest sessions without a connection lose theirs. */
export class OutboxBudget {
  readonly #deps: Deps
  #bytes = 0
  /** Not looked again below it. */
  #relieveAt: number

  constructor(deps: Deps) {
    this.#deps = deps
    this.#relieveAt = deps.maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  grow(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > this.#relieveAt) this.#relieve()
  }

  #relieve(): void {
    const { maxBytes, sessions, log } = this.#deps
    // Whatever is given up below is counted while this runs.
    this.#relieveAt = Infinity
    const waiting: { readonly session: Waiting; readonly bytes: number }[] = []
    for (const session of sessions()) {
      const bytes = session.resumption?.outbox.bytes ?? 0
      if (session.endpoint === undefined && bytes > 0) waiting.push({ session, bytes })
    }
    for (const { session } of waiting.toSorted((a, b) => b.bytes - a.bytes)) {
      if (this.#bytes <= maxBytes * RELIEVED) break
      session.resumption?.giveUp()
      log.warn(
        { user: session.user.id, reason: 'overflow' },
        'outboxes are full: the session cannot be resumed',
      )
    }
    // Live connections never suffer, so there may be nothing to give up for now.
    this.#relieveAt = Math.max(maxBytes, this.#bytes + maxBytes * (1 - RELIEVED))
  }
}
