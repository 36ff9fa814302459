import type { House } from './house.ts'
import { CAPABILITIES } from './resuming.ts'
import { Returner } from './returner.ts'
import { type Received, T } from '../wire/wire.ts'

/** How it stands with the calls of a user, as its client believes. */
export interface Belief {
  /** The call that it places, as RINGING has told it. */
  calling?: string | undefined
  /** Who is being rung by it. */
  ringing?: string | undefined
  active?: { readonly id: string; readonly peer: string } | undefined
  /** The ring of the transfer of the active call. */
  transfer?: string | undefined
}

/** A client of calls and transfers as its author would write it from docs/protocol; it can lose its connection. */
export class Talker extends Returner {
  belief: Belief = {}
  isThere = true
  /** How often it was handed over. */
  transferred = 0
  /** Who called with which id. */
  readonly #callers = new Map<string, string>()
  /** What was on its way about them meanwhile is old news. */
  readonly #hungUp = new Set<string>()

  static async enter(house: () => House, name: string): Promise<Talker> {
    return new Talker(house, await house().logIn(name, CAPABILITIES), name)
  }

  call(peer: Talker): Promise<void> {
    return this.client.send(T.CALL_REQUEST, { to_user_id: peer.userId })
  }

  /** Takes the call that rings, or declines it. Where it is over already, an ERROR comes. */
  async answer(accepted: boolean): Promise<void> {
    const call_id = this.belief.ringing
    if (call_id === undefined) return
    this.belief.ringing = undefined
    if (accepted) this.belief.active = { id: call_id, peer: this.#callers.get(call_id) ?? '' }
    await this.client.send(T.CALL_RESPONSE, { call_id, accepted, request_id: call_id })
  }

  async hangUp(): Promise<void> {
    const call_id = this.belief.active?.id ?? this.belief.calling
    if (call_id === undefined) return
    this.#hungUp.add(call_id)
    this.belief.active = this.belief.transfer = this.belief.calling = undefined
    await this.client.send(T.HANGUP, { call_id })
  }

  async transfer(to: Talker): Promise<void> {
    const call_id = this.belief.active?.id
    if (call_id !== undefined) await this.client.send(T.CALL_TRANSFER, { call_id, to_user_id: to.userId })
  }

  async takeBack(): Promise<void> {
    const call_id = this.belief.transfer
    if (call_id !== undefined) await this.client.send(T.HANGUP, { call_id })
  }

  async lose(): Promise<void> {
    this.isThere = false
    await this.client.drop()
  }

  override async comeBack(): Promise<'resumed' | 'anew'> {
    this.isThere = true
    return super.comeBack()
  }

  protected override handle({ type, payload }: Received): void {
    const id = String(payload['call_id'])
    const { belief } = this
    switch (type) {
      case T.CALL_NOTIFICATION:
        this.#mustBeFree(id)
        this.#callers.set(id, String(payload['from_user_id']))
        belief.ringing = id
        break
      case T.RINGING:
        belief.calling = id
        break
      case T.CALL_ACCEPTED:
        if (this.#hungUp.has(id)) break
        belief.calling = belief.ringing = undefined
        this.#mustBeFree(id)
        belief.active = { id, peer: String(payload['peer_user_id']) }
        if (payload['replaces'] !== undefined) this.transferred += 1
        break
      case T.CALL_TRANSFER:
        if (belief.active?.id !== id) throw new Error(`${this.name}: news of a transfer of another call`)
        belief.transfer = payload['state'] === 'ringing' ? String(payload['new_call_id']) : undefined
        break
      case T.CALL_DECLINED:
      case T.HANGUP:
        this.#ended(id)
        break
      // The answer crossed with the end of the call.
      case T.ERROR:
        if (payload['in_reply_to'] === T.CALL_RESPONSE) this.#ended(String(payload['request_id']))
        break
    }
  }

  protected override forget(): void {
    this.belief = {}
  }

  #ended(id: string): void {
    const { belief } = this
    if (belief.calling === id) belief.calling = undefined
    if (belief.ringing === id) belief.ringing = undefined
    if (belief.active?.id === id) belief.active = belief.transfer = undefined
  }

  #mustBeFree(id: string): void {
    const { ringing, active } = this.belief
    if (ringing !== undefined || active !== undefined)
      throw new Error(`${this.name} has a call already, and is told of ${id}`)
  }

  protected override compare({ call }: Received['payload']): void {
    const told = typeof call === 'object' && call !== null ? String(Reflect.get(call, 'call_id')) : undefined
    const { active, ringing, calling } = this.belief
    const own = active?.id ?? ringing ?? calling
    if (told !== own) throw new Error(`${this.name} believes in call ${own}, and is told ${told}`)
  }
}
