import type { Client } from '../client/client.ts'
import { partOf } from '../client/part-of.ts'
import { capabilities, type Capability } from '../wire/capabilities.ts'
import { LiveMessages } from './live-messages.ts'
import type { Messages } from './messages.ts'

/** For `connect`: all that a client agrees on without saying so, and messages. */
export const withMessages: readonly Capability[] = [...capabilities, 'messages']

/**
 * The text messages of a client that `connect` has made with `capabilities: withMessages`: the same ones at each call. Call it
 * before `login`, to hear of those that come.
 */
export function messagesOf(client: Client): Messages {
  return partOf(client, LiveMessages, 'messagesOf')
}
