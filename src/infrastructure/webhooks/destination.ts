import type { HookResult } from '../../application/ports/hooks.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import type { Random } from '../../application/ports/system/random.ts'
import type { PostJson } from './post-json.ts'
import { signedHeaders } from './signature.ts'

export interface DestinationOptions {
  /** For the log: without its path, which may be a secret. */
  readonly name: string
  readonly secret: string
  readonly post: PostJson
  readonly maxQueue: number
  readonly retryForMs: number
  readonly clock: Clock
  readonly pause: Pause
  readonly random: Random
  readonly log: Log
  readonly count: (result: HookResult) => void
}

interface Waiting {
  readonly id: string
  readonly body: string
  /** Monotonic milliseconds. */
  readonly since: number
}

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 60_000
/** Who asks for more patience than this gets no more. */
const LONGEST_ASKED_MS = 300_000

/**
 * Sends events to one URL, one after another and in their order (HOOK-4). One that fails is sent again, later and later, while
 * the others wait; what is too much pushes out the oldest.
 */
export class Destination {
  readonly #options: DestinationOptions
  readonly #queue = new Set<Waiting>()
  #sending: Waiting | undefined
  #working: Promise<void> | undefined
  /** Without one that succeeded in between. */
  #failures = 0
  /** From here on nothing is waited for. */
  readonly #hurry = new AbortController()
  readonly #ended = new AbortController()

  constructor(options: DestinationOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#queue.size + (this.#sending === undefined ? 0 : 1)
  }

  add(id: string, body: string): void {
    const { clock, count, maxQueue } = this.#options
    const [oldest] = this.#queue
    if (oldest !== undefined && this.#queue.size >= maxQueue) {
      this.#queue.delete(oldest)
      count('dropped')
    }
    this.#queue.add({ id, body, since: clock.monotonicMs() })
    this.#working ??= this.#work()
  }

  /** Sends what waits, as long as that goes well and for so long at most; the rest is lost. */
  async close(withinMs: number): Promise<void> {
    const { log, name, count, pause } = this.#options
    this.#hurry.abort()
    const done = new AbortController()
    const working = (this.#working ?? Promise.resolve()).then(() => {
      done.abort()
    })
    await pause(withinMs, done.signal)
    this.#ended.abort()
    await working
    const lost = this.waiting
    for (let left = lost; left > 0; left -= 1) count('lost')
    if (lost > 0) log.warn({ webhook: name, lost }, 'events could not be delivered before the stop')
  }

  async #work(): Promise<void> {
    for (;;) {
      const [next] = this.#queue
      if (next === undefined) break
      this.#queue.delete(next)
      this.#sending = next
      if (!(await this.#send(next))) break
      this.#sending = undefined
    }
    this.#working = undefined
  }

  /** False where it has to be left: it is to end. */
  async #send(event: Waiting): Promise<boolean> {
    const { secret, post, clock, pause, random, count, retryForMs } = this.#options
    for (;;) {
      const headers = signedHeaders(secret, event.id, Math.floor(clock.wallMs() / 1000), event.body)
      const posted = await post(headers, event.body, this.#ended.signal)
      if (posted.kind !== 'failed') {
        this.#wentWell()
        if (posted.kind === 'refused') this.#tellRefused(event.id, posted.status)
        count(posted.kind === 'taken' ? 'delivered' : 'refused')
        return true
      }
      this.#failed(posted.cause)
      if (this.#hurry.signal.aborted) return false
      const isOver = clock.monotonicMs() - event.since >= retryForMs
      if (isOver) count('given_up')
      const asked = Math.min(LONGEST_ASKED_MS, posted.retryAfterMs ?? 0)
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures - 1, 10))
      // Half of it is chance, so that many daemons do not come back together.
      await pause(Math.max(asked, wait * (0.5 + random.fraction() / 2)), this.#hurry.signal)
      if (isOver) return true
    }
  }

  #wentWell(): void {
    const { log, name } = this.#options
    if (this.#failures > 0) log.info({ webhook: name }, 'the webhook is reached again')
    this.#failures = 0
  }

  #failed(cause: string): void {
    const { log, name } = this.#options
    this.#failures += 1
    if (this.#failures === 1)
      log.warn({ webhook: name, cause }, 'the webhook is not reached: its events are sent again later')
  }

  #tellRefused(event: string, status: number): void {
    const { log, name } = this.#options
    log.warn({ webhook: name, event, status }, 'the webhook refuses an event, which is not sent again')
  }
}
