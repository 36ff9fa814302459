import type { PushResult } from '../../application/ports/waker.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import type { Random } from '../../application/ports/system/random.ts'

/** One message to one device. */
export interface Push<Message> {
  /** Where to; one at a time is on its way there. */
  readonly endpoint: string
  /** A later one with the same topic takes its place. */
  readonly topic: string
  readonly message: Message
  /** In monotonic milliseconds: later it is of no use. */
  readonly until: number
}

/** `failed`: it may be sent again, at the earliest after so long. */
export type PushOutcome =
  | { readonly kind: 'delivered' | 'gone' | 'refused' }
  | { readonly kind: 'failed'; readonly retryAfterMs: number | undefined }

interface Options<Message> {
  readonly send: (push: Push<Message>, ended: AbortSignal) => Promise<PushOutcome>
  readonly count: (result: PushResult) => void
  readonly maxWaiting: number
  readonly maxSending: number
  readonly clock: Clock
  readonly pause: Pause
  readonly random: Random
}

type Waiting<Message> = Push<Message> & { readonly tries: number }

const MAX_TRIES = 6
const FIRST_WAIT_MS = 500

/** Sends pushes, some at a time, again and later where they fail. What is too much pushes out the oldest. */
export class PushQueue<Message> {
  readonly #options: Options<Message>
  /** By endpoint and topic, the oldest first. */
  readonly #waiting = new Map<string, Waiting<Message>>()
  readonly #sending = new Map<string, Promise<void>>()
  /** Failed ones, until they wait again. */
  readonly #resting = new Map<string, Waiting<Message>>()
  readonly #rests = new Set<Promise<void>>()
  /** From here on nothing is sent again. */
  readonly #hurry = new AbortController()
  readonly #ended = new AbortController()

  constructor(options: Options<Message>) {
    this.#options = options
  }

  add(push: Push<Message>): void {
    const { maxWaiting, count } = this.#options
    const key = keyOf(push)
    const [oldest] = this.#waiting.keys()
    if (!this.#waiting.has(key) && this.#waiting.size >= maxWaiting && oldest !== undefined) {
      this.#waiting.delete(oldest)
      count('dropped')
    }
    if (this.#waiting.delete(key) || this.#resting.delete(key)) count('dropped')
    this.#waiting.set(key, { ...push, tries: 0 })
    this.#start()
  }

  /** Sends what waits, once more at most and for so long; the rest is lost. */
  async close(withinMs: number): Promise<void> {
    const { pause, count } = this.#options
    this.#hurry.abort()
    const done = new AbortController()
    const all = this.#settle().then(() => {
      done.abort()
    })
    await pause(withinMs, done.signal)
    this.#ended.abort()
    for (let left = this.#waiting.size; left > 0; left -= 1) count('lost')
    this.#waiting.clear()
    await all
  }

  async #settle(): Promise<void> {
    while (this.#sending.size + this.#rests.size > 0)
      await Promise.all([...this.#sending.values(), ...this.#rests])
  }

  #start(): void {
    for (const [key, push] of this.#waiting) {
      if (this.#sending.size >= this.#options.maxSending) return
      if (this.#sending.has(push.endpoint)) continue
      this.#waiting.delete(key)
      this.#sending.set(push.endpoint, this.#send(push))
    }
  }

  async #send(push: Waiting<Message>): Promise<void> {
    const { send, count, clock } = this.#options
    const outcome: PushOutcome | 'late' =
      clock.monotonicMs() >= push.until ? 'late' : await send(push, this.#ended.signal)
    // It may have been over at once, before it is known as being sent.
    await Promise.resolve()
    this.#sending.delete(push.endpoint)
    if (outcome === 'late') count('given_up')
    else if (outcome.kind === 'failed') this.#rest(push, outcome.retryAfterMs)
    else count(outcome.kind)
    this.#start()
  }

  /** Until it is sent again, if it is: not where there is something newer to be told of the same. */
  #rest(push: Waiting<Message>, askedMs: number | undefined): void {
    const { count, clock, random, pause, maxWaiting } = this.#options
    const key = keyOf(push)
    const wait = FIRST_WAIT_MS * 2 ** push.tries * (0.5 + random.fraction() / 2)
    const ms = Math.max(askedMs ?? 0, wait)
    const isLast = push.tries + 1 >= MAX_TRIES || clock.monotonicMs() + ms >= push.until
    if (this.#waiting.has(key)) {
      count('dropped')
    } else if (this.#hurry.signal.aborted) {
      count('lost')
    } else if (isLast || this.#resting.size >= maxWaiting) {
      count('given_up')
    } else {
      this.#resting.set(key, push)
      const rest = pause(ms, this.#hurry.signal).then(() => {
        this.#rests.delete(rest)
        if (this.#resting.get(key) !== push) return
        this.#resting.delete(key)
        this.#waiting.set(key, { ...push, tries: push.tries + 1 })
        this.#start()
      })
      this.#rests.add(rest)
    }
  }
}

function keyOf({ endpoint, topic }: { readonly endpoint: string; readonly topic: string }): string {
  return `${topic} ${endpoint}`
}
