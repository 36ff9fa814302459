/** A sleep that others may end: one at a time. */
export class Alarm {
  #end: (() => void) | undefined
  #isRung = false

  /** An alarm that was rung while nobody slept is heard at once. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        this.#end = undefined
        this.#isRung = false
        resolve()
      }
      const timer = setTimeout(end, this.#isRung ? 0 : ms)
      this.#end = end
    })
  }

  ring(): void {
    this.#isRung = true
    this.#end?.()
  }
}
