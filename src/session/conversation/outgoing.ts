import type { Clock } from '../../application/ports/system/clock.ts'
import { LENGTH_BYTES } from '../../protocol/framing/frame.ts'
import { messageTable } from '../../protocol/message-table.ts'
import type { Figures } from '../figures/figures.ts'
import type { Sink } from './sink.ts'
import type { VitalSigns } from './vital-signs.ts'

const USER_STATE_UPDATE = messageTable.USER_STATE_UPDATE.code

/** From here on a frame is a fair part of what came with it. */
const VIEWED_BYTES = 4096

interface Parts {
  readonly sink: Sink
  readonly signs: VitalSigns
  readonly clock: Clock
  readonly figures: Figures
}

/** All that goes out by one connection: counted, and a sign of life to the client. */
export class Outgoing {
  readonly #sink: Sink
  readonly #signs: VitalSigns
  readonly #clock: Clock
  readonly #figures: Figures

  constructor({ sink, signs, clock, figures }: Parts) {
    this.#sink = sink
    this.#signs = signs
    this.#clock = clock
    this.#figures = figures
  }

  frame(frame: Buffer): void {
    this.#signs.sent(this.#clock.monotonicMs())
    this.#figures.sent.add(typeOf(frame))
    this.#sink.write(frame)
  }

  /**
   * A view into what another client has sent. A small one is copied, by the sink or here: it must not keep alive all that
   * came with it for as long as this client does not read.
   */
  view(frame: Buffer): void {
    const mayStayView = frame.length < VIEWED_BYTES ? this.#sink.copiesSmall : !this.#sink.isCongested
    this.frame(mayStayView ? frame : Buffer.from(frame))
  }

  /** In one breath: nothing comes in between. */
  frames(frames: readonly Buffer[]): void {
    for (const frame of frames) this.#figures.sent.add(typeOf(frame))
    this.#pieces(frames)
  }

  /** Presence, in pieces that hold so many messages. */
  updates(pieces: readonly Buffer[], updates: number): void {
    this.#figures.sent.add(USER_STATE_UPDATE, updates)
    this.#pieces(pieces)
  }

  #pieces(pieces: readonly Buffer[]): void {
    this.#signs.sent(this.#clock.monotonicMs())
    this.#sink.writeAll(pieces)
  }
}

function typeOf(frame: Buffer): number {
  return frame[LENGTH_BYTES] ?? 0
}
