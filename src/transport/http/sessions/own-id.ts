import type { NamedMessage } from '../../../protocol/codec/named-message.ts'

/** Marks what answers a request to which its client has given no id; no client has reason to give this one. */
export const OWN_ID = '\u0000'

/** As the client would be answered over a connection of its own. */
export function withoutOwnId(message: NamedMessage): NamedMessage {
  if (message['request_id'] !== OWN_ID) return message
  const { type, ...fields } = message
  return { type, ...Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'request_id')) }
}
