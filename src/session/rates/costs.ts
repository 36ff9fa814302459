import { type MessageDefinition, messageTable } from '../../protocol/message-table.ts'

/** What a connection costs its address. */
export const CONNECTION_COST = 5

/** What a message costs that is refused for its form, whatever its type. */
export const MALFORMED_COST = 5

/** What a ping or a pong costs. */
export const SIGN_COST = 1

/** Each further so many bytes of a frame cost one more. */
const BYTES_OF_ONE_MORE = 65_536

const byCode = new Uint8Array(256).fill(1)
for (const { code, cost = 1 } of Object.values<MessageDefinition>(messageTable)) byCode[code] = cost

/** What a well-formed message costs, by the table of messages and its payload's size. */
export function costOf(code: number, bytes: number): number {
  return (byCode[code] ?? 1) + furtherCost(bytes)
}

/** What a message or an answer costs for its size. */
export function furtherCost(bytes: number): number {
  return Math.floor(bytes / BYTES_OF_ONE_MORE)
}
