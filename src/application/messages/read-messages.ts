import { type Conversation, conversationKey, usersOfKey } from '../../domain/conversation.ts'
import { type MessageId, parseMessageId, type UserId } from '../../domain/ids.ts'
import { RefusalReason, type Refusal } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import { wordsOf } from '../../domain/words.ts'
import type { ConversationState, Messages } from '../ports/messages.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { MessageEffect, MessageNews, ShownConversation } from './message-effect.ts'
import { withNames } from './message-names.ts'

interface Deps {
  readonly messages: Messages
  readonly users: Pick<UserStore, 'findById'>
}

/** A page: what is before a message, at most so many. */
export interface Wanted {
  readonly before: string | undefined
  readonly limit: number
}

type Page = Extract<MessageEffect, { kind: 'answer-messages' }>
type List = Extract<MessageEffect, { kind: 'answer-conversations' }>
type Answer<Value> = Promise<Result<Value, Refusal | 'invalid_before' | 'no_words'>>

/** What is asked of messages. `room`: the conversation of the room that the user is in, where it is in one. */
export interface ReadMessages {
  page(conversation: Conversation, wanted: Wanted): Answer<Page>
  conversations(user: UserId, wanted: Wanted, room: Conversation | undefined): Answer<List>
  search(
    user: UserId,
    wanted: Wanted & { readonly query: string; readonly conversation: Conversation | undefined },
    room: Conversation | undefined,
  ): Answer<Page>
  /** Whether one of the messages is in a conversation with the user, or in that of the room. */
  maySeeSome(
    user: UserId,
    ids: readonly MessageId[],
    room: () => Promise<Conversation | undefined>,
  ): Promise<boolean>
  /** The user has read up to a message; gives what is to be told. */
  mark(user: UserId, conversation: Conversation, upTo: string): Answer<MessageNews>
}

export function makeReadMessages({ messages, users }: Deps): ReadMessages {
  return {
    async page(conversation, wanted) {
      const range = rangeOf(wanted)
      if (!range.ok) return range
      const found = await messages.page(conversationKey(conversation), range.value)
      if (!found.ok) return away
      const more = found.value.length > wanted.limit
      const shown = await withNames(users, found.value.slice(more ? 1 : 0))
      return ok({ kind: 'answer-messages', messages: shown, more, drops: 'first' })
    },

    async conversations(user, wanted, room) {
      const range = rangeOf(wanted)
      if (!range.ok) return range
      const found = await messages.conversations(user, range.value)
      if (!found.ok) return away
      const direct = found.value.slice(0, wanted.limit)
      const ofRoom =
        room === undefined || wanted.before !== undefined
          ? undefined
          : await messages.conversation(user, conversationKey(room))
      if (ofRoom?.ok === false) return away
      const all = ofRoom === undefined ? direct : [ofRoom.value, ...direct]
      const conversations: ShownConversation[] = []
      for (const state of all) conversations.push(await show(user, state))
      return ok({ kind: 'answer-conversations', conversations, more: found.value.length > wanted.limit })
    },

    async search(user, { query, conversation, ...wanted }, room) {
      const range = rangeOf(wanted)
      if (!range.ok) return range
      const words = wordsOf(query)
      if (words.length === 0) return err('no_words')
      const found = await messages.search({
        ...{ user, words, ...range.value },
        conversation: conversation && conversationKey(conversation),
        also: room && conversationKey(room),
      })
      if (!found.ok) return away
      const shown = await withNames(users, found.value.slice(0, wanted.limit))
      const more = found.value.length > wanted.limit
      return ok({ kind: 'answer-messages', messages: shown, more, drops: 'last' })
    },

    async maySeeSome(user, ids, room) {
      const found = ids.length === 0 ? ok([]) : await messages.conversationsOf(ids)
      if (!found.ok) return false
      if (found.value.some((key) => usersOfKey(key).includes(user))) return true
      const here = found.value.length === 0 ? undefined : await room()
      return here !== undefined && found.value.includes(conversationKey(here))
    },

    async mark(user, where, text) {
      const conversation = conversationKey(where)
      const upTo = parseMessageId(text)
      if (upTo === undefined) return notFound
      const found = await messages.find(conversation, upTo)
      if (!found.ok) return away
      if (found.value === undefined) return notFound
      const read = await messages.read({ user, conversation, upTo })
      if (!read.ok) return away
      return ok({ event: 'read', conversation, by: user, upTo, unread: read.value.unread })
    },
  }

  async function show(user: UserId, state: ConversationState): Promise<ShownConversation> {
    const [shown] = await withNames(users, state.last === undefined ? [] : [state.last])
    const id = usersOfKey(state.conversation).find((one) => one !== user)
    if (id === undefined) return { ...state, shown, peer: undefined }
    return { ...state, shown, peer: { id, username: (await users.findById(id))?.username ?? '' } }
  }
}

const away = err({ reason: RefusalReason.storageUnavailable })
const notFound = err({ reason: RefusalReason.messageNotFound })

/** With one more, so that it shows whether there are others. */
function rangeOf({
  before: text,
  limit,
}: Wanted): Result<{ readonly before: MessageId | undefined; readonly limit: number }, 'invalid_before'> {
  const before = text === undefined ? undefined : parseMessageId(text)
  if (text !== undefined && before === undefined) return err('invalid_before')
  return ok({ before, limit: limit + 1 })
}
