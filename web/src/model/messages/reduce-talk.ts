import type { Conversation, MessageEvents, MessagePage, TextMessage } from 'roomrtc-client/messages'
import { type DraftFile, emptyThread, type Pending, type TalkState, type Thread } from './talk-state.ts'

type Told<Event extends keyof MessageEvents> = { readonly type: Event } & {
  readonly told: MessageEvents[Event]
}

export type TalkAction =
  | { readonly type: 'conversations'; readonly conversations: readonly Conversation[] }
  | { readonly type: 'loading'; readonly conversation: string; readonly loading: Thread['loading'] }
  /** `isLatest`: the end of the conversation, and not what is before something. */
  | {
      readonly type: 'page'
      readonly conversation: string
      readonly page: MessagePage
      readonly isLatest: boolean
    }
  | Told<'message'>
  | Told<'edited'>
  | Told<'deleted'>
  | Told<'reaction'>
  | Told<'read'>
  | { readonly type: 'typing'; readonly conversation: string; readonly users: readonly string[] }
  | { readonly type: 'pending'; readonly conversation: string; readonly pending: Pending }
  | { readonly type: 'not_pending'; readonly conversation: string; readonly clientId: string }
  | { readonly type: 'draft'; readonly conversation: string; readonly files: readonly DraftFile[] }
  | { readonly type: 'forgotten'; readonly conversation: string }

/** What is known of conversations after something has happened. */
export function reduceTalk(state: TalkState, action: TalkAction): TalkState {
  switch (action.type) {
    case 'conversations':
      return withConversations(state, action.conversations)
    case 'loading':
      return inThread(state, action.conversation, () => ({ loading: action.loading }))
    case 'page':
      return inThread(state, action.conversation, (thread) => withPage(thread, action))
    case 'message':
      return withMessage(state, action.told)
    case 'edited': {
      const { id, conversation, text, editedAt } = action.told
      return inMessage(state, { id, conversation }, (message) => ({ ...message, text, editedAt }))
    }
    case 'deleted': {
      const { id, conversation, deletedAt } = action.told
      const gone = { text: '', attachments: [], reactions: [], deletedAt }
      return inMessage(state, { id, conversation }, (message) => ({ ...message, ...gone }))
    }
    case 'reaction':
      return inMessage(state, action.told, (message) => withReaction(message, action.told))
    case 'read': {
      const { conversation, upTo, unread } = action.told
      return unread === undefined
        ? inThread(state, conversation, () => ({ peerReadUpTo: upTo }))
        : withConversations(
            state,
            (state.conversations ?? []).map((one) => (one.id === conversation ? { ...one, unread } : one)),
          )
    }
    case 'typing':
      return { ...state, typing: { ...state.typing, [action.conversation]: action.users } }
    case 'pending':
      return inThread(state, action.conversation, ({ pending }) => ({
        pending: [...without(pending, action.pending.clientId), action.pending],
      }))
    case 'not_pending':
      return inThread(state, action.conversation, ({ pending }) => ({
        pending: without(pending, action.clientId),
      }))
    case 'draft':
      return { ...state, drafts: { ...state.drafts, [action.conversation]: action.files } }
    case 'forgotten': {
      const { [action.conversation]: _, ...threads } = state.threads
      return { ...state, threads }
    }
  }
}

function withConversations(state: TalkState, conversations: readonly Conversation[]): TalkState {
  return { ...state, conversations: conversations.filter(({ peer }) => peer !== undefined) }
}

function inThread(
  state: TalkState,
  conversation: string,
  change: (thread: Thread) => Partial<Thread>,
): TalkState {
  const thread = state.threads[conversation] ?? emptyThread
  return { ...state, threads: { ...state.threads, [conversation]: { ...thread, ...change(thread) } } }
}

function withPage(
  { messages }: Thread,
  { page, isLatest }: Extract<TalkAction, { type: 'page' }>,
): Partial<Thread> {
  const [first] = page.messages
  const last = messages.at(-1)
  // Between what was known and the latest page others may be missing: then it begins anew.
  const isApart = isLatest && page.more && first !== undefined && last !== undefined && last.id < first.id
  const isWhole = isLatest && !isApart && messages.length > 0
  return {
    messages: merged(isApart ? [] : messages, page.messages),
    loading: 'no',
    ...(isWhole ? {} : { more: page.more }),
  }
}

function withMessage(state: TalkState, message: TextMessage): TalkState {
  const { conversation, clientId } = message
  const known = state.threads[conversation]
  const seen =
    known === undefined
      ? state
      : inThread(state, conversation, ({ messages, pending }) => ({
          messages: merged(messages, [message]),
          pending: without(pending, clientId),
        }))
  const conversations = seen.conversations ?? []
  const found = conversations.find(({ id }) => id === conversation)
  if (found === undefined) return seen
  const rest = conversations.filter((one) => one !== found)
  return { ...seen, conversations: [{ ...found, last: message }, ...rest] }
}

function inMessage(
  state: TalkState,
  { id, conversation }: { readonly id: string; readonly conversation: string },
  change: (message: TextMessage) => TextMessage,
): TalkState {
  const changed = (message: TextMessage) => (message.id === id ? change(message) : message)
  const conversations = state.conversations?.map((one) =>
    one.last?.id === id ? { ...one, last: change(one.last) } : one,
  )
  const after = { ...state, conversations }
  if (state.threads[conversation] === undefined) return after
  return inThread(after, conversation, ({ messages }) => ({ messages: messages.map(changed) }))
}

function withReaction(
  message: TextMessage,
  { by, sign, on }: { readonly by: string; readonly sign: string; readonly on: boolean },
): TextMessage {
  const before = message.reactions.find((reaction) => reaction.sign === sign)?.users ?? []
  const others = before.filter((user) => user !== by)
  const users = on ? [...others, by] : others
  const isNew = !message.reactions.some((reaction) => reaction.sign === sign)
  const reactions = (isNew ? [...message.reactions, { sign, users }] : message.reactions)
    .map((reaction) => (reaction.sign === sign ? { sign, users } : reaction))
    .filter((reaction) => reaction.users.length > 0)
  return { ...message, reactions }
}

/** What is told twice is there once, as it was told last. */
function merged(known: readonly TextMessage[], told: readonly TextMessage[]): readonly TextMessage[] {
  const all = new Map([...known, ...told].map((message) => [message.id, message]))
  return [...all.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1))
}

function without(pending: readonly Pending[], clientId: string): readonly Pending[] {
  return pending.filter((one) => one.clientId !== clientId)
}
