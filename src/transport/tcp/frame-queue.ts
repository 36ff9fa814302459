/** Frames that wait for their turn, in the order of their coming. */
export class FrameQueue {
  #arriving: Buffer[] = []
  /** The earliest last. */
  #leaving: Buffer[] = []
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  add(frame: Buffer): void {
    this.#arriving.push(frame)
    this.#bytes += frame.length
  }

  /** The first, joined with those after it as long as they are small, or alone. */
  take(joining: boolean): Buffer | undefined {
    if (this.#leaving.length === 0) {
      this.#leaving = this.#arriving.reverse()
      this.#arriving = []
    }
    const taken = joining ? joined(this.#leaving) : this.#leaving.pop()
    this.#bytes -= taken?.length ?? 0
    return taken
  }
}

const JOINED_BYTES = 65_536

/** Takes several off the end, the last first. */
function joined(leaving: Buffer[]): Buffer | undefined {
  const first = leaving.pop()
  if (first === undefined) return undefined
  const frames = [first]
  let bytes = first.length
  for (let next = leaving.at(-1); next !== undefined; next = leaving.at(-1)) {
    bytes += next.length
    if (bytes > JOINED_BYTES) break
    frames.push(next)
    leaving.pop()
  }
  return frames.length === 1 ? first : Buffer.concat(frames)
}
