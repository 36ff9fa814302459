import { randomBytes } from 'node:crypto'

/** The `{{…}}` of one scenario: fresh usernames, and what was captured. */
export class VectorValues {
  readonly #suffix = randomBytes(4).toString('hex')
  readonly #values = new Map<string, unknown>()

  /** A username of this scenario and of no other. */
  isOurs = (username: unknown): boolean =>
    typeof username === 'string' && username.endsWith(`-${this.#suffix}`)

  set(name: string, value: unknown): void {
    this.#values.set(name, value)
  }

  get(name: string): unknown {
    const freshName = /^(\w+)\.name$/.exec(name)
    if (freshName?.[1] !== undefined) return `${freshName[1]}-${this.#suffix}`
    if (!this.#values.has(name)) throw new Error(`{{${name}}} has no value yet`)
    return this.#values.get(name)
  }

  /** The value with every `{{…}}` put in; a string that is nothing else becomes the value itself, a number perhaps. */
  fill(value: unknown): unknown {
    if (typeof value === 'string') return this.#fillWhole(value)
    if (Array.isArray(value)) return value.map((item: unknown) => this.fill(item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.fill(item)]))
  }

  fillText(text: string): string {
    return text.replace(/\{\{([\w.]+)\}\}/g, (_, name: string) => String(this.get(name)))
  }

  #fillWhole(text: string): unknown {
    const whole = /^\{\{([\w.]+)\}\}$/.exec(text)
    return whole?.[1] === undefined ? this.fillText(text) : this.get(whole[1])
  }
}
