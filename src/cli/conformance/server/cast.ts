import { randomBytes } from 'node:crypto'
import { ScenarioValues } from '../scenarios/values.ts'

const SUFFIX_BYTES = 4

/**
 * The users of a scenario: `{{alice.name}}` is `alice-` and eight digits. One scenario after another may be played with the
 * same users, as servers limit how many accounts one address may make.
 */
export class Cast {
  readonly #suffix = randomBytes(SUFFIX_BYTES).toString('hex')
  /** Ids of those that have an account, by word. */
  readonly #ids = new Map<string, string>()

  /** A username of this cast and of no other. */
  isOurs = (username: unknown): boolean =>
    typeof username === 'string' && username.endsWith(`-${this.#suffix}`)

  nameOf(word: string): string {
    return `${word}-${this.#suffix}`
  }

  /** As `logged_in` has it. */
  passwordOf(word: string): string {
    return `secret of ${word}`
  }

  idOf(word: string): string | undefined {
    return this.#ids.get(word)
  }

  hasAccount(username: string, id: string): void {
    if (this.isOurs(username)) this.#ids.set(username.slice(0, -this.#suffix.length - 1), id)
  }

  /** For one scenario. */
  values(): ScenarioValues {
    return new ScenarioValues((name) => {
      const word = /^(\w+)\.name$/.exec(name)?.[1]
      return word === undefined ? undefined : this.nameOf(word)
    })
  }
}
