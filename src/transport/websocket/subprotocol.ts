import {
  openingOfText,
  frameOfText,
  LONGEST_OPENING,
  REST_OF_FRAME,
} from '../../protocol/codec/text-message.ts'
import type { Unreadable } from '../../protocol/codec/unreadable.ts'
import { LENGTH_BYTES, type ReceivedFrame } from '../../protocol/framing/frame.ts'
import type { Transport } from '../../session/conversation/sink.ts'
import { BINARY, TEXT } from './outgoing-frame.ts'

/** How messages are written into the frames of a WebSocket. */
export interface Subprotocol {
  readonly name: string
  readonly transport: Transport
  readonly opcode: number
  /** A message can be so much longer than its frame. */
  readonly surplus: number
  /** What a message begins with that is made of this frame; the rest is the frame from `rest` on. */
  readonly opening: (frame: Buffer) => Buffer
  readonly rest: number
  /** Messages made of frames that go to many, by the frame. */
  readonly shared: WeakMap<Buffer, Buffer>
  /** The frame that a message stands for. */
  readonly read: (message: Buffer, isBinary: boolean) => ReceivedFrame | Unreadable
}

const NOTHING = Buffer.alloc(0)

const json: Subprotocol = {
  name: 'roomrtc.json',
  transport: 'websocket-json',
  opcode: TEXT,
  surplus: LONGEST_OPENING,
  opening: openingOfText,
  rest: REST_OF_FRAME,
  shared: new WeakMap(),
  read(message, isBinary) {
    if (isBinary) return misfit('A binary message, and this connection speaks roomrtc.json: send text')
    const frame = frameOfText(message)
    return frame.ok ? frame.value : { fault: frame.error }
  },
}

const binary: Subprotocol = {
  name: 'roomrtc.binary',
  transport: 'websocket-binary',
  opcode: BINARY,
  surplus: 0,
  opening: () => NOTHING,
  rest: LENGTH_BYTES,
  shared: new WeakMap(),
  read(message, isBinary) {
    if (!isBinary) return misfit('A text, and this connection speaks roomrtc.binary: send binary messages')
    const type = message[0]
    if (type === undefined) return misfit('An empty message: it begins with the type byte')
    const whole = Buffer.allocUnsafe(LENGTH_BYTES + message.length)
    whole.writeUInt32BE(message.length, 0)
    message.copy(whole, LENGTH_BYTES)
    return { type, payload: whole.subarray(LENGTH_BYTES + 1), whole }
  },
}

function misfit(detail: string): Unreadable {
  return { fault: { reason: 'invalid_frame', detail } }
}

const known = new Map([json, binary].map((subprotocol) => [subprotocol.name, subprotocol]))

export const KNOWN_SUBPROTOCOLS: readonly string[] = [...known.keys()]

/** The first that a client offers and that is known; undefined where it offers others only. */
export function choose(offered: Iterable<string>): Subprotocol | undefined {
  let isNoneOffered = true
  for (const name of offered) {
    isNoneOffered = false
    const subprotocol = known.get(name)
    if (subprotocol !== undefined) return subprotocol
  }
  return isNoneOffered ? json : undefined
}
