import { randomBytes } from 'node:crypto'
import { belongsToCall } from '../../../protocol/sequenced.ts'
import { messagesByCode } from '../../../protocol/message-table.ts'
import type { Received } from '../scenarios/received.ts'

const TOKEN_BYTES = 32

interface Numbered {
  readonly seq: number
  readonly type: number
  readonly payload: Readonly<Record<string, unknown>>
}

/** What the played server knows of the client's session: what belongs to calls, in both directions, and the token. */
export class PlayedSession {
  token = newToken()
  resumable = false
  readonly #sent: Numbered[] = []
  #received: Received[] = []
  #repeats = false

  /** A login begins anew. */
  begin(resumable: boolean): void {
    this.resumable = resumable
    this.token = newToken()
    this.#sent.length = 0
    this.#received = []
  }

  /** The next message bears the `seq` of the last. */
  repeat(): void {
    this.#repeats = true
  }

  /** With its `seq`, where it bears one. */
  number(type: number, payload: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    if (!this.resumable || !bearsSeq(type, payload)) return payload
    if (this.#repeats) {
      this.#repeats = false
      return { ...payload, seq: this.#sent.length }
    }
    const seq = this.#sent.length + 1
    this.#sent.push({ seq, type, payload })
    return { ...payload, seq }
  }

  take(received: Received): void {
    if (belongsToCall(received.type)) this.#received.push(received)
  }

  /** How often the client has sent this very message. */
  timesReceived({ type, text }: Received): number {
    return this.#received.filter((one) => one.type === type && one.text === text).length
  }

  /** As if what came from the first message of this type on had been lost; gives the lost ones. */
  lose(type: number | undefined): readonly Received[] {
    const at = this.#received.findIndex((one) => one.type === type)
    const lost = at < 0 ? [] : this.#received.slice(at)
    if (at >= 0) this.#received = this.#received.slice(0, at)
    return lost
  }

  get received(): number {
    return this.#received.length
  }

  get highestSeq(): number {
    return this.#sent.length
  }

  after(seq: unknown): readonly Numbered[] {
    return this.#sent.filter((one) => typeof seq !== 'number' || one.seq > seq)
  }

  renew(): string {
    this.token = newToken()
    return this.token
  }
}

function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

function bearsSeq(type: number, payload: Readonly<Record<string, unknown>>): boolean {
  const replyTo = payload['in_reply_to']
  if (messagesByCode.get(type)?.name !== 'ERROR') return belongsToCall(type)
  return typeof replyTo === 'number' && belongsToCall(replyTo)
}
