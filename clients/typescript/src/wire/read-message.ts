import type { Message } from './message.ts'
import type { ServerMessage } from './server-messages.ts'
import { fits } from './shape.ts'
import { shapes } from './shapes.ts'

/** Whether the server of this protocol sends such a message. Others are passed over: a later server may have more. */
export function isKnown({ type }: Message): boolean {
  return Object.hasOwn(shapes, type)
}

export function isServerMessage(message: Message): message is ServerMessage {
  const shape = Object.entries(shapes).find(([name]) => name === message.type)?.[1]
  return shape !== undefined && fits(shape, message.payload)
}
