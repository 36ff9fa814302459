import type { WebSocketConstructor } from './web-socket-like.ts'
import type { Message } from '../wire/message.ts'
import type { RoomRtcError } from '../error.ts'

/** One connection, opened or being opened. It carries messages, whatever they look like as bytes. */
export interface Line {
  /** On a line that is not open it is lost, and `ended` tells. */
  send(message: Message): void
  /** Sends what is still to be sent, then ends. */
  close(): void
  /** Ends at once and without a word. */
  cut(): void
}

/** What a line tells, in this order: `opened`, any number of `received`, and `ended` exactly once. */
export interface LineEvents {
  readonly opened: () => void
  readonly received: (message: Message) => void
  readonly ended: (why: RoomRtcError) => void
}

export interface LineOptions {
  readonly subprotocol: 'roomrtc.json' | 'roomrtc.binary'
  /** Certificates in PEM that are trusted in place of the usual ones. */
  readonly ca: string | undefined
  /** In place of that of the program. */
  readonly WebSocket?: WebSocketConstructor | undefined
}

/** Throws a RoomRtcError where the URL is none that it can open. */
export type OpenLine = (url: string, options: LineOptions, events: LineEvents) => Line
