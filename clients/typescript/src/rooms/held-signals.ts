import type { ClientMessage } from '../wire/client-messages.ts'

/** For each member. The oldest go first. */
const MAX_KEPT = 1000

interface Held {
  /** Sent before the others, and refused: the member was away already. */
  readonly refused: ClientMessage[]
  readonly waiting: ClientMessage[]
}

/** The signals for members who are away. */
export class HeldSignals {
  readonly #byMember = new Map<string, Held>()

  /** `refused`: by the server, which holds no more for that member. */
  hold(to: string, message: ClientMessage, { refused = false } = {}): void {
    const held = this.#byMember.get(to) ?? { refused: [], waiting: [] }
    this.#byMember.set(to, held)
    const list = refused ? held.refused : held.waiting
    list.push(message)
    if (list.length > MAX_KEPT) list.shift()
  }

  /** Gives them, in order, and holds them no longer. */
  take(to: string): readonly ClientMessage[] {
    const { refused, waiting } = this.#byMember.get(to) ?? { refused: [], waiting: [] }
    this.#byMember.delete(to)
    return [...refused, ...waiting]
  }
}
