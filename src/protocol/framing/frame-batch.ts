/** Frames that go to many in one go: joined once, whoever gets them, and whichever one somebody is to be spared. */
export class FrameBatch {
  readonly frames: readonly Buffer[]
  readonly #whole: Buffer
  /** Where each begins in the whole. */
  readonly #starts: readonly number[]

  constructor(frames: readonly Buffer[]) {
    this.frames = frames
    const [only] = frames
    this.#whole = frames.length === 1 && only !== undefined ? only : Buffer.concat(frames)
    let end = 0
    this.#starts = frames.map(({ length }) => {
      end += length
      return end - length
    })
  }

  get bytes(): number {
    return this.#whole.length
  }

  /** For whoever can take several frames in one write: the fewest pieces, without copying. `except`: an index. */
  joined(except?: number): readonly Buffer[] {
    const spared = except === undefined ? undefined : this.frames[except]
    const start = except === undefined ? undefined : this.#starts[except]
    if (spared === undefined || start === undefined) return [this.#whole]
    const pieces = [this.#whole.subarray(0, start), this.#whole.subarray(start + spared.length)]
    return pieces.filter(({ length }) => length > 0)
  }

  /** For whoever needs each in a write of its own. */
  single(except?: number): readonly Buffer[] {
    return except === undefined ? this.frames : this.frames.toSpliced(except, 1)
  }
}
