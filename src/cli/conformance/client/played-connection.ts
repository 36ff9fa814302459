import type { Socket } from 'node:net'
import { FrameDecoder } from '../../../protocol/framing/frame-decoder.ts'
import { encodeFrame, MAX_FRAME_LENGTH } from '../../../protocol/framing/frame.ts'
import { type Received, receivedOf } from '../scenarios/received.ts'

/** The server's end of one connection of the client. */
export class PlayedConnection {
  readonly #socket: Socket
  readonly #split: number | undefined
  readonly openedAt = performance.now()
  ended = false
  dropped = false

  /** `ended` is told once; `came` is shown each frame. A frame that cannot be read ends the connection, as `fault` says. */
  constructor(
    socket: Socket,
    split: number | undefined,
    told: {
      readonly came: (received: Received) => void
      readonly fault: (what: string) => void
      readonly ended: () => void
    },
  ) {
    this.#socket = socket
    this.#split = split
    const decoder = new FrameDecoder(MAX_FRAME_LENGTH)
    socket.setNoDelay()
    socket.on('data', (chunk) => {
      try {
        decoder.push(chunk)
        for (let frame = decoder.next(); frame !== undefined; frame = decoder.next())
          told.came(receivedOf(frame))
      } catch (error) {
        told.fault(error instanceof Error ? error.message : String(error))
        socket.destroy()
      }
    })
    socket.on('error', () => undefined)
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      this.ended = true
      told.ended()
    })
  }

  send(type: number, payload: object): void {
    this.write(encodeFrame(type, JSON.stringify(payload)))
  }

  /** In pieces, where that is the manner of the scenario or of the step. */
  write(bytes: Buffer, split = this.#split): void {
    if (split === undefined) this.#socket.write(bytes)
    else for (let at = 0; at < bytes.length; at += split) this.#socket.write(bytes.subarray(at, at + split))
  }

  /** What was written has left before. */
  drop(): void {
    this.dropped = true
    this.#socket.destroySoon()
  }
}
