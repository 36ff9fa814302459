/** The `{{…}}` of one scenario: what was captured, and what is made up where nothing was. */
export class ScenarioValues {
  readonly #values = new Map<string, unknown>()
  readonly #madeUp: (name: string) => unknown

  /** `madeUp` gives undefined for a name that it does not know. */
  constructor(madeUp: (name: string) => unknown) {
    this.#madeUp = madeUp
  }

  set(name: string, value: unknown): void {
    this.#values.set(name, value)
  }

  get(name: string): unknown {
    const value = this.#values.has(name) ? this.#values.get(name) : this.#madeUp(name)
    if (value === undefined) throw new Error(`{{${name}}} has no value yet`)
    return value
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
