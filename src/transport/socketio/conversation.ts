import type { User } from '../../domain/user.ts'
import { type NamedMessage, receivedFrame } from '../../protocol/codec/named-message.ts'
import type { ErrorReason } from '../../protocol/error-reasons.ts'
import { type ClientMessage, messageTable } from '../../protocol/message-table.ts'
import type { Endpoint, EndpointContext } from '../../session/conversation/endpoint.ts'
import type { Gate } from '../connection/gate.ts'
import { type Asking, carryOut, sendHeld } from './carry-out.ts'
import { contentFault, type Fault, faultBy, faultIn } from './fault.ts'
import type { EnterAsGuest } from './guest.ts'
import { HeldCandidates } from './held-candidates.ts'
import { readEvent } from './incoming.ts'
import { type Outgoing, outgoingOf } from './outgoing.ts'

export interface ConversationContext {
  readonly endpoint: EndpointContext
  /** What a client is told has been kept by then. */
  readonly gate: Pick<Gate, 'release'>
  readonly findUser: (username: string) => Promise<User | undefined>
  readonly enterAsGuest: EnterAsGuest
}

/** Events of one client that may wait for each other; browsers find some dozens of candidates at once. */
const MAX_WAITING = 256

/** What a client says in events, one after another, and what it is told in events. */
export class Conversation implements Asking {
  readonly held = new HeldCandidates()
  readonly #endpoint: Endpoint
  readonly #context: ConversationContext
  readonly #emit: (outgoing: Outgoing, bytes?: number) => void
  /** The call about which it was told last, and with whom. */
  #told: { readonly call: unknown; readonly peer: string } | undefined
  #ring: string | undefined
  /** Whom the present event is about. */
  #target: string | undefined
  #loginAnswer: NamedMessage | undefined
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(
    endpoint: Endpoint,
    context: ConversationContext,
    emit: (outgoing: Outgoing, bytes?: number) => void,
  ) {
    this.#endpoint = endpoint
    this.#context = context
    this.#emit = emit
  }

  get isBusy(): boolean {
    return this.#waiting > 0
  }

  get isLoggedIn(): boolean {
    return this.#endpoint.session !== undefined
  }

  get call() {
    return this.#endpoint.session?.call
  }

  get ring(): string | undefined {
    return this.#ring
  }

  /** An event of the client's. */
  take(event: string, payload: unknown): void {
    if (this.#waiting >= MAX_WAITING) {
      this.#endpoint.fail({ reason: 'flooding' })
      return
    }
    void this.#enqueue(() => this.#handle(event, payload))
  }

  /** Logs in by an access token; gives what is wrong, if something is. */
  async logIn(token: string): Promise<Fault | undefined> {
    let fault: Fault | undefined
    await this.#enqueue(async () => {
      fault = await this.#logIn(token)
    })
    return fault
  }

  tellRegistered(more: Readonly<Record<string, unknown>> = {}): void {
    const userId = this.#endpoint.session?.user.username
    this.#emit({ event: 'user_registered', payload: { success: true, userId, ...more } })
  }

  /** A message of the server's, which took so many bytes. */
  tell(message: NamedMessage, bytes: number): void {
    const { type, call_id: call } = message
    if (type === 'LOGIN_RESPONSE' || message['in_reply_to'] === messageTable.LOGIN_REQUEST.code) {
      this.#loginAnswer = message
      return
    }
    const peer = message['from_username'] ?? message['peer_username']
    if (typeof peer === 'string') this.#told = { call, peer }
    if (type === 'CALL_NOTIFICATION' && typeof call === 'string') this.#ring = call
    // What came while it rang goes its way now, behind what is being handled.
    if (type === 'CALL_ACCEPTED') void this.#enqueue(() => Promise.resolve())
    // There is no event by which it would learn that it is in a call with somebody else, and to make an offer.
    if (type === 'CALL_TRANSFER' && message['state'] === 'ringing')
      void this.#enqueue(() =>
        this.say({ type: 'HANGUP', payload: { call_id: String(message['new_call_id']) } }),
      )
    const known = this.#told?.call === call ? this.#told?.peer : undefined
    const outgoing = outgoingOf(message, { peer: known, target: this.#target })
    if (outgoing !== undefined) this.#emit(outgoing, bytes)
  }

  readonly say = async ({ type, payload }: ClientMessage): Promise<void> => {
    const frame = receivedFrame(messageTable[type].code, payload)
    if (frame === undefined) this.refuse(type, 'message_too_large')
    else await this.#endpoint.receive(frame)
    this.#context.gate.release()
  }

  readonly refuse = (type: ClientMessage['type'], reason: ErrorReason, detail?: string): void => {
    void this.#endpoint.mishear(contentFault(reason, detail), messageTable[type].code)
  }

  readonly ignore = (): void => {
    this.#endpoint.takeSign()
  }

  async #handle(event: string, payload: unknown): Promise<void> {
    const incoming = readEvent(event, payload)
    if (incoming === undefined) this.ignore()
    else if (!incoming.ok) this.refuse('CALL_REQUEST', 'invalid_field', incoming.error)
    else if (incoming.value.kind === 'register') await this.#register(incoming.value.name)
    else {
      this.#target = 'to' in incoming.value ? incoming.value.to : undefined
      await carryOut(this, incoming.value, this.#context)
    }
  }

  /** One after another; what waits when the connection ends is not done any more. */
  #enqueue(task: () => Promise<void>): Promise<void> {
    this.#waiting += 1
    this.#last = this.#last.then(async () => {
      try {
        if (this.#endpoint.isOpen) await task()
        if (this.#endpoint.isOpen) await sendHeld(this)
      } catch (error) {
        const { log } = this.#context.endpoint
        log.error({ conn: this.#endpoint.id, err: error }, 'fault while handling an event')
        this.#emit({ event: 'call_failed', payload: faultBy({ reason: 'internal' }) })
      }
      this.#target = undefined
      this.#waiting -= 1
    })
    return this.#last
  }

  async #logIn(token: string): Promise<Fault | undefined> {
    this.#loginAnswer = undefined
    await this.say({ type: 'LOGIN_REQUEST', payload: { token } })
    return this.isLoggedIn ? undefined : faultIn(this.#loginAnswer)
  }

  async #register(name: string): Promise<void> {
    const refused = (fault: Fault): void => {
      this.#emit({ event: 'user_registered', payload: { success: false, userId: name, ...fault } })
    }
    const user = this.#endpoint.session?.user
    if (user !== undefined) {
      this.ignore()
      if (user.username === name) this.tellRegistered()
      else refused(faultBy({ reason: 'already_logged_in' }))
      return
    }
    const entered = await this.#context.enterAsGuest(this.#endpoint.address, name)
    if (!entered.ok) {
      refused(entered.error)
      return
    }
    const fault = await this.#logIn(entered.value)
    if (fault === undefined) this.tellRegistered({ token: entered.value })
    else refused(fault)
  }
}
