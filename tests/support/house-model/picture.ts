import assert from 'node:assert/strict'
import { type Received, T } from '../wire/wire.ts'
import { type Account, type Model, stateOf } from './model.ts'

/** What a client knows of the others' states: its latest list, and every update since (PRES-1, PRES-2, PRES-3). */
export class Picture {
  /** Undefined until it has a list. */
  #states: Map<unknown, unknown> | undefined
  /** What the updates since the latest list have told last. */
  #told = new Map<unknown, unknown>()

  /** Its session is over, or another's begins. */
  forget(): void {
    this.#states = undefined
    this.#told.clear()
  }

  take({ type, payload }: Received): void {
    if (type === T.USER_LIST_RESPONSE) {
      const { users } = payload
      assert(Array.isArray(users))
      this.#states = new Map(users.map((user: Received['payload']) => [user['user_id'], user['state']]))
      this.#told.clear()
    }
    if (type !== T.USER_STATE_UPDATE) return
    const { user_id, state } = payload
    assert.notEqual(state, this.#told.get(user_id), 'the same state of the same user twice in a row')
    this.#told.set(user_id, state)
    this.#states?.set(user_id, state)
  }

  /** Of oneself nothing is told. Whoever registered after the list is Disconnected until told otherwise. */
  check(model: Model, self: Account): void {
    if (this.#states === undefined) return
    for (const user of model.accounts.values()) {
      if (user === self) continue
      const seen: unknown = this.#states.get(user.id) ?? 'Disconnected'
      assert.equal(seen, stateOf(model, user), `what ${self.username} knows of ${user.username}`)
    }
  }
}
