import { type Cut, FrameCutter } from './frame-cutter.ts'
import { openingOf } from './opening.ts'
import { WebSocketCutter } from './web-socket-cutter.ts'

/** Cuts a stream that is either frames or a WebSocket, as its beginning says. */
export class StreamCutter {
  #held: Buffer = Buffer.alloc(0)
  #cutter: FrameCutter | WebSocketCutter | undefined

  push(bytes: Buffer): readonly Cut[] {
    if (this.#cutter !== undefined) return this.#cutter.push(bytes)
    this.#held = Buffer.concat([this.#held, bytes])
    const opening = openingOf(this.#held)
    if (opening === undefined) return []
    const skipped = opening.kind === 'web_socket' ? opening.length : 0
    return this.#choose(
      opening.kind === 'web_socket' ? new WebSocketCutter(skipped) : new FrameCutter(),
      skipped,
    )
  }

  gap(length: number): readonly Cut[] {
    return [...this.#decided(), ...(this.#cutter?.gap(length) ?? [])]
  }

  end(): readonly Cut[] {
    return [...this.#decided(), ...(this.#cutter?.end() ?? [])]
  }

  #decided(): readonly Cut[] {
    return this.#cutter === undefined ? this.#choose(new FrameCutter(), 0) : []
  }

  #choose(cutter: FrameCutter | WebSocketCutter, skipped: number): readonly Cut[] {
    const rest = this.#held.subarray(skipped)
    this.#held = Buffer.alloc(0)
    this.#cutter = cutter
    return cutter.push(rest)
  }
}
