import { type Incoming, refusalIn } from './incoming.ts'

/** A Janus that is alive answers at once; this is for one that is busy. */
const DEADLINE_MS = 10_000

/** The connection to Janus is gone: what had no answer may have been carried out, or not. */
export class LinkLost extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'LinkLost'
  }
}

interface Waiting {
  readonly resolve: (answer: Incoming) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
  /** Janus takes some requests with an "ack" at once, and answers later. */
  readonly isAckEnough: boolean
}

/** Requests on their way, each found again by its transaction. */
export class Requests {
  readonly #waiting = new Map<string, Waiting>()
  #count = 0

  /** `send`: with the transaction to put into it. Rejects with JanusRefusal or LinkLost. */
  begin(send: (transaction: string) => void, isAckEnough: boolean): Promise<Incoming> {
    this.#count += 1
    const transaction = String(this.#count)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(transaction)
        reject(new LinkLost(`Janus has not answered within ${DEADLINE_MS / 1000} s`))
      }, DEADLINE_MS)
      this.#waiting.set(transaction, { resolve, reject, timer, isAckEnough })
      send(transaction)
    })
  }

  /** Whether it answers one of them. */
  settle(message: Incoming): boolean {
    const { transaction } = message
    const waiting = transaction === undefined ? undefined : this.#waiting.get(transaction)
    if (transaction === undefined || waiting === undefined) return false
    if (message.janus === 'ack' && !waiting.isAckEnough) return true
    this.#waiting.delete(transaction)
    clearTimeout(waiting.timer)
    const refusal = refusalIn(message)
    if (refusal === undefined) waiting.resolve(message)
    else waiting.reject(refusal)
    return true
  }

  /** All of them. */
  lose(why: string): void {
    const lost = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { timer, reject } of lost) {
      clearTimeout(timer)
      reject(new LinkLost(why))
    }
  }
}
