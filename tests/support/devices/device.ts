import assert from 'node:assert/strict'
import { textField } from '../../../src/protocol/subject.ts'
import type { HouseClient } from '../house/house.ts'
import { type Received, T } from '../wire/wire.ts'

/** How a call stands, as a device was told: it rings, in or out; the device has it; it is over here. */
type Phase = 'rings' | 'has' | 'over'

const RENEWED: ReadonlySet<number> = new Set([T.LOGIN_RESPONSE, T.RESUMED])

/** One login of somebody, who believes what it is told, and complains of what cannot follow from what came before. */
export class Device {
  readonly name: string
  readonly capabilities: readonly string[] | undefined
  readonly sessionId: string
  client: HouseClient
  /** Its session has ended, as far as it was told. */
  isOver = false
  isAway = false
  readonly #phases = new Map<string, Phase>()
  #lastSeq = 0
  #replays = 0
  #isUncertain = false
  /** The call of its latest RESUMED. */
  #known: unknown

  constructor(name: string, capabilities: readonly string[] | undefined, client: HouseClient) {
    this.name = name
    this.capabilities = capabilities
    this.client = client
    this.sessionId = client.endpoint.session?.id ?? ''
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  /** The one call of that phase; it must be in no more. */
  callIn(phase: Phase): string | undefined {
    const found = [...this.#phases].filter(([, its]) => its === phase).map(([id]) => id)
    assert(found.length <= 1, `${this.name} is in several calls that it ${phase}`)
    return found[0]
  }

  /** What it did was granted. */
  did(what: 'accept' | 'decline' | 'hang_up', call: string | undefined): void {
    if (this.isOver || call === undefined) return
    assert.notEqual(this.#phases.get(call), 'over', `${what} was granted for what is over`)
    this.#phases.set(call, what === 'accept' ? 'has' : 'over')
  }

  /** Its connection is gone, and its session waits for it, if it can. */
  drop(): void {
    this.isAway = true
    if (this.capabilities === undefined) this.isOver = true
  }

  /** The server is gone, and may have forgotten a call with somebody who cannot come back (LIFE-29). */
  lose(): void {
    this.drop()
    this.#isUncertain = true
  }

  hear(message: Received): void {
    const { type, payload } = message
    this.#count(payload['seq'])
    if (RENEWED.has(type)) this.client.token = String(payload['session_token'])
    if (type === T.RESUMED) this.#resume(payload)
    if (type === T.RESUME_REFUSED) this.isOver = true
    if (type === T.ERROR && payload['in_reply_to'] === undefined) this.isOver = true
    const call = String(payload['call_id'])
    if (type === T.CALL_NOTIFICATION) this.#turn(call, 'rings', [undefined])
    else if (type === T.RINGING) this.#turn(call, 'rings', [undefined])
    else if (type === T.CALL_ACCEPTED) this.#turn(call, 'has', ['rings'])
    else if (type === T.CALL_MOVED) this.#turn(call, 'has', ['over', undefined])
    else if ((type === T.HANGUP || type === T.CALL_DECLINED) && !('request_id' in payload)) {
      // Of what came and went while it was away it is told the end alone.
      this.#turn(call, 'over', this.#replays > 0 ? ['rings', 'has', undefined] : ['rings', 'has'])
    }
    if (type !== T.RESUMED && this.#replays > 0) this.#replays -= 1
    if (this.#replays === 0 && this.#isUncertain && !this.isAway) this.#forget()
  }

  #resume(payload: Received['payload']): void {
    this.#replays = Number(payload['replayed'])
    this.#known = payload['call']
  }

  /** What the server does not know any more it will not end. */
  #forget(): void {
    this.#isUncertain = false
    const known = textField(this.#known, 'call_id')
    for (const [id] of this.#phases) if (id !== known) this.#phases.set(id, 'over')
  }

  #turn(call: string, to: Phase, from: readonly (Phase | undefined)[]): void {
    const phase = this.#phases.get(call)
    assert(from.includes(phase), `${this.name}: call ${call} ${to}, and was ${phase ?? 'not known'}`)
    this.#phases.set(call, to)
  }

  /** Numbered messages come exactly once and in order, whatever becomes of the connection. */
  #count(seq: unknown): void {
    if (seq === undefined) return
    assert.equal(seq, this.#lastSeq + 1, `${this.name}: a message is missing or comes twice`)
    this.#lastSeq += 1
  }
}
