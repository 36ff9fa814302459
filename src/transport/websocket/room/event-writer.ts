import { namedMessages } from '../../../protocol/codec/named-message.ts'
import type { ErrorReason } from '../../../protocol/error-reasons.ts'
import { LENGTH_BYTES, TYPE_BYTES } from '../../../protocol/framing/frame.ts'
import { messageTable } from '../../../protocol/message-table.ts'
import type { FrameWriter } from '../../connection/frame-writer.ts'
import type { RoomConversation } from './room-conversation.ts'

/** The place of a frame's head, of which the text of an event has none. */
const HEAD = Buffer.alloc(LENGTH_BYTES + TYPE_BYTES)

/** Most of what a session is told, and no event. */
const PRESENCE = messageTable.USER_STATE_UPDATE.code

/** Messages as events; most become none. */
export class EventWriter implements FrameWriter {
  readonly joinsFrames = false
  readonly copiesSmall = true
  readonly #conversation: RoomConversation
  readonly #events: FrameWriter

  constructor(conversation: RoomConversation, events: FrameWriter) {
    this.#conversation = conversation
    this.#events = events
  }

  get heldBytes(): number {
    return this.#events.heldBytes
  }

  write(frame: Buffer): number {
    if (frame[LENGTH_BYTES] === PRESENCE) return 0
    let bytes = 0
    for (const message of namedMessages(frame)) {
      const event = this.#conversation.tell(message)
      if (event !== undefined)
        bytes += this.#events.write(Buffer.concat([HEAD, Buffer.from(JSON.stringify(event))]))
    }
    return bytes
  }

  writeShared(frame: Buffer): number {
    return this.write(frame)
  }

  joinFrames(): void {
    this.#events.joinFrames()
  }

  drained(): Promise<void> {
    return this.#events.drained()
  }

  end(reason?: ErrorReason): void {
    this.#events.end(reason)
  }
}
