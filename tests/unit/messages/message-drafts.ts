import { expect } from 'vitest'
import type { Messages } from '../../../src/application/ports/messages.ts'
import { conversationKey, directConversation } from '../../../src/domain/conversation.ts'
import { type MessageId, parseUserId, type UserId } from '../../../src/domain/ids.ts'
import type { NewMessage } from '../../../src/domain/message.ts'
import { createMessageIds } from '../../../src/infrastructure/system/message-ids.ts'

export const NOW = 1_780_000_000_000

export function user(name: string): UserId {
  const id = parseUserId(name)
  if (id === undefined) throw new Error(name)
  return id
}

export const [alice, bob, carol] = [user('alice'), user('bob'), user('carol')]
export const ofTwo = (one: UserId, other: UserId) => conversationKey(directConversation(one, other))
export const [ab, ac] = [ofTwo(alice, bob), ofTwo(carol, alice)]

/** An empty store, and what is put into it. */
export async function beginMessages(open: () => Promise<Messages>) {
  const store = await open()
  const ids = createMessageIds()
  let last = 0
  const draft = (conversation: string, from: UserId, text: string): NewMessage => {
    const { id, at: createdAt } = ids(NOW)
    const clientId = `c${++last}`
    return { id, conversation, from, guestName: undefined, text, attachments: [], clientId, createdAt }
  }
  const post = async (...[conversation, from, text]: Parameters<typeof draft>) => {
    const message = draft(conversation, from, text)
    expect((await value(store.post(message))).isNew).toBe(true)
    return message
  }
  return { store, draft, post }
}

export async function value<Value>(
  stored: ReturnType<() => Promise<{ ok: true; value: Value } | { ok: false }>>,
) {
  const outcome = await stored
  if (!outcome.ok) throw new Error('the store is away')
  return outcome.value
}

export function idOf(message: { readonly id: MessageId } | undefined): MessageId {
  if (message === undefined) throw new Error('no message')
  return message.id
}
