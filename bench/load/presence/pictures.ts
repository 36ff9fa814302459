import { T } from '../../shared/wire.ts'
import type { Member } from '../clients/crowd.ts'
import { AVAILABLE, stateIn, userIn } from './state-update.ts'

/** What each of a crowd believes of the states of the first users, who are Available to begin with. */
export class Pictures {
  readonly #truth: Uint8Array
  #told = 0
  #wrong = 0

  /** `truth` is what shall be believed in the end. */
  constructor(members: readonly Member[], truth: Uint8Array) {
    this.#truth = truth
    for (const { n, client } of members) {
      const picture = new Uint8Array(truth.length).fill(AVAILABLE)
      // Nobody is told of himself.
      if (n < truth.length) picture[n] = truth[n] ?? AVAILABLE
      this.#wrong += picture.reduce((wrong, state, i) => wrong + (state === truth[i] ? 0 : 1), 0)
      client.watch(T.USER_STATE_UPDATE, (_type, bytes, start) => {
        this.#take(picture, n, userIn(bytes, start), stateIn(bytes, start))
      })
    }
  }

  /** How many messages have come. */
  get told(): number {
    return this.#told
  }

  /** How many states, over all pictures, are not as they shall be. */
  get wrong(): number {
    return this.#wrong
  }

  #take(picture: Uint8Array, listener: number, about: number, state: number): void {
    const before = picture[about]
    if (before === undefined) throw new Error(`a change of user ${about}, who did nothing`)
    if (before === state) throw new Error('the same state twice in a row')
    if (about === listener) throw new Error('a user was told of itself')
    this.#told += 1
    if (before === this.#truth[about]) this.#wrong += 1
    if (state === this.#truth[about]) this.#wrong -= 1
    picture[about] = state
  }
}
