import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { FrameDecoder } from '../../protocol/framing/frame-decoder.ts'
import type { FrameWriter } from '../connection/frame-writer.ts'
import type { Line } from '../connection/line.ts'

/** Frames one after another, over TCP or TLS. */
export class TcpLine implements Line {
  readonly intake: FrameDecoder
  readonly writer: FrameWriter
  readonly #socket: Socket

  constructor(socket: Socket, intake: FrameDecoder, writer: FrameWriter) {
    this.#socket = socket
    this.intake = intake
    this.writer = writer
  }

  get transport(): 'tcp' | 'tls' {
    return this.#socket instanceof TLSSocket ? 'tls' : 'tcp'
  }

  get isHeardOut(): boolean {
    return false
  }

  get hasPings(): boolean {
    return false
  }

  ping(): number {
    return 0
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }
}
