import type { Message } from './message.ts'
import type { ServerMessage } from './server-messages.ts'
import { fits, type Shape } from './shape.ts'
import { shapes } from './shapes.ts'

const known: Record<string, Shape | undefined> = { ...shapes }

/** What a module knows of the messages that are its own; until then any object passes for them. */
export function learn(more: Readonly<Record<string, Shape>>): void {
  Object.assign(known, more)
}

/** Whether the server of this protocol sends such a message. Others are passed over: a later server may have more. */
export function isKnown({ type }: Message): boolean {
  return Object.hasOwn(known, type)
}

export function isServerMessage(message: Message): message is ServerMessage {
  const shape = isKnown(message) ? known[message.type] : undefined
  return shape !== undefined && fits(shape, message.payload)
}
