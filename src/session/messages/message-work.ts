import type { MessageChange } from '../../application/messages/change-message.ts'
import type { MessageEffect, MessageNews, ShownMessage } from '../../application/messages/message-effect.ts'
import type { MessageUseCases } from '../../application/messages/message-use-cases.ts'
import type { Wanted } from '../../application/messages/read-messages.ts'
import type { SessionRecord } from '../../application/ports/sessions.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Transact, Tx, Work } from '../../application/ports/transaction.ts'
import {
  type Conversation,
  conversationKey,
  readDirect,
  roomConversation,
} from '../../domain/conversation.ts'
import { parseMessageId, type UserId } from '../../domain/ids.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import {
  MAX_MESSAGES_PAGE,
  type SearchRequest,
  type SendRequest,
  type WireRange,
} from '../../protocol/messages/messages.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import { answer, decide } from '../decide.ts'
import type { RateLimits } from '../rates/rate-limits.ts'
import { wireRefusal } from './wire-refusal.ts'

interface Deps {
  /** Undefined where there are no messages. */
  readonly messages: MessageUseCases | undefined
  readonly maxTextBytes: number
  readonly transact: Transact
  readonly rates: Pick<RateLimits, 'act'>
  readonly clock: Pick<Clock, 'monotonicMs'>
}

/** Who asks, and by which session, where by one. */
export interface MessageAsker {
  readonly user: User
  readonly session: SessionRecord | undefined
}

type Read<Value> = Promise<Result<Value, WireRefusal>>
type Answer<Kind extends MessageEffect['kind']> = Read<Extract<MessageEffect, { kind: Kind }>>

export type MessageWork = ReturnType<typeof makeMessageWork>

/**
 * What is asked of messages: first the store, which takes a while, and then, in its turn, what members are told (MSG-1). Where the
 * process ends between the two, a repetition of the request tells them.
 */
export function makeMessageWork({ messages, maxTextBytes, transact, rates, clock }: Deps) {
  return { send, change, mark, typing, page, conversations, search, maySee }

  async function send(
    asker: MessageAsker,
    { conversation_id: id, to_user_id: to, text = '', attachments = [], client_id: clientId }: SendRequest,
  ): Read<{ readonly sent: ShownMessage; readonly work: Work }> {
    const cases = enabled()
    if (!cases.ok) return cases
    const tooFast = rates.act('CHAT_SEND', asker.user.id, clock.monotonicMs())
    if (tooFast !== undefined) return err(tooFast)
    const found =
      to === undefined
        ? await enter(cases.value, asker.user, id ?? '')
        : await cases.value.findConversation.toUser(asker.user.id, to)
    if (!found.ok) return found
    const files = attachments.map(({ file_id }) => file_id)
    const posted = await cases.value.postMessage(asker.user, found.value, { text, files, clientId })
    if (!posted.ok) return refuse(posted.error)
    const work = telling(cases.value, asker, found.value, { event: 'posted', ...posted.value })
    return ok({ sent: posted.value, work })
  }

  async function change(
    asker: MessageAsker,
    where: { readonly conversation_id: string; readonly message_id: string },
    wanted: MessageChange,
  ): Read<Work> {
    const tooFast =
      messages !== undefined && wanted.kind === 'react'
        ? rates.act('CHAT_REACT', asker.user.id, clock.monotonicMs())
        : undefined
    if (tooFast !== undefined) return err(tooFast)
    return inConversation(asker, where.conversation_id, async (cases, conversation) => {
      const changed = await cases.changeMessage(
        asker.user.id,
        { conversation, message: where.message_id },
        wanted.kind === 'delete' ? { ...wanted, ofOthers: await owns(asker.user, conversation) } : wanted,
      )
      return changed.ok ? changed : refuse(changed.error)
    })
  }

  async function mark(
    asker: MessageAsker,
    where: { readonly conversation_id: string; readonly up_to: string },
  ): Read<Work> {
    return inConversation(asker, where.conversation_id, async (cases, conversation) => {
      const news = await cases.readMessages.mark(asker.user.id, conversation, where.up_to)
      return news.ok ? news : refuse(news.error)
    })
  }

  function typing(asker: MessageAsker, where: { readonly conversation_id: string }): Read<Work> {
    return inConversation(asker, where.conversation_id, (_, conversation) =>
      Promise.resolve(
        ok({ event: 'typing', conversation: conversationKey(conversation), by: asker.user.id } as const),
      ),
    )
  }

  async function page(user: User, id: string, range: WireRange): Answer<'answer-messages'> {
    const cases = enabled()
    if (!cases.ok) return cases
    const found = await enter(cases.value, user, id)
    if (!found.ok) return found
    const read = await cases.value.readMessages.page(found.value, wantedBy(range))
    return read.ok ? read : refuse(read.error)
  }

  async function conversations(user: User, range: WireRange): Answer<'answer-conversations'> {
    const cases = enabled()
    if (!cases.ok) return cases
    const read = await cases.value.readMessages.conversations(user.id, wantedBy(range), await roomOf(user.id))
    return read.ok ? read : refuse(read.error)
  }

  async function search(
    user: User,
    { query, conversation_id: id, ...range }: SearchRequest,
  ): Answer<'answer-messages'> {
    const cases = enabled()
    if (!cases.ok) return cases
    const found = id === undefined ? undefined : await enter(cases.value, user, id)
    if (found?.ok === false) return found
    const wanted = { ...wantedBy(range), query, conversation: found?.value }
    const read = await cases.value.readMessages.search(user.id, wanted, await roomOf(user.id))
    return read.ok ? read : refuse(read.error)
  }

  /** Whether the user is in a conversation with one of the messages that refer to a file (UPLOAD-30). */
  async function maySee(user: UserId, referrers: readonly string[]): Promise<boolean> {
    const ids = referrers.flatMap((text) => parseMessageId(text) ?? [])
    return (await messages?.readMessages.maySeeSome(user, ids, () => roomOf(user))) === true
  }

  async function inConversation(
    asker: MessageAsker,
    id: string,
    act: (cases: MessageUseCases, conversation: Conversation) => Read<MessageNews>,
  ): Read<Work> {
    const cases = enabled()
    if (!cases.ok) return cases
    const found = await enter(cases.value, asker.user, id)
    if (!found.ok) return found
    const news = await act(cases.value, found.value)
    return news.ok ? ok(telling(cases.value, asker, found.value, news.value)) : news
  }

  function telling(
    { tellMembers }: MessageUseCases,
    { user, session }: MessageAsker,
    conversation: Conversation,
    news: MessageNews,
  ): Work {
    return (tx) => tellMembers(tx, { user: user.id, session: session?.id }, { conversation, news })
  }

  /** Only a room is looked for among what may change. */
  async function enter({ findConversation }: MessageUseCases, user: User, id: string): Read<Conversation> {
    const none = { find: () => Promise.resolve(undefined) }
    if (readDirect(id) !== undefined) return findConversation.byId(none, user.id, id)
    return look((tx) => findConversation.byId(tx.rooms, user.id, id))
  }

  async function roomOf(user: UserId): Promise<Conversation | undefined> {
    const room = await look((tx) => tx.rooms.roomOf(user))
    return room && roomConversation(room)
  }

  async function owns(user: User, conversation: Conversation): Promise<boolean> {
    if (conversation.kind === 'direct') return false
    return (await look((tx) => tx.rooms.find(conversation.room)))?.owner === user.id
  }

  function look<Value>(read: (tx: Tx) => Promise<Value>): Promise<Value> {
    return decide({ transact, deliver: () => undefined }, async (tx) => answer(await read(tx)))
  }

  function enabled(): Result<MessageUseCases, WireRefusal> {
    return messages === undefined ? refuse('no_messages') : ok(messages)
  }

  function refuse(why: Parameters<typeof wireRefusal>[0]): Result<never, WireRefusal> {
    return err(wireRefusal(why, maxTextBytes))
  }
}

function wantedBy({ before, limit = MAX_MESSAGES_PAGE }: WireRange): Wanted {
  return { before, limit }
}
