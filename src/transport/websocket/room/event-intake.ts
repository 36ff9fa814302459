import type { Unreadable } from '../../../protocol/codec/unreadable.ts'
import type { ReceivedFrame } from '../../../protocol/framing/frame.ts'
import type { Intake } from '../../connection/line.ts'
import type { RoomConversation } from './room-conversation.ts'

/** What is still to be said of one event goes before the next. */
export class EventIntake implements Intake {
  readonly #conversation: RoomConversation
  readonly #events: Intake

  constructor(conversation: RoomConversation, events: Intake) {
    this.#conversation = conversation
    this.#events = events
  }

  get partial(): boolean {
    return this.#conversation.hasMore || this.#events.partial
  }

  next(): ReceivedFrame | Unreadable | undefined {
    return this.#conversation.isOver ? undefined : (this.#conversation.next() ?? this.#events.next())
  }

  trust(): void {
    this.#events.trust()
  }

  distrust(): void {
    this.#events.distrust()
  }
}
