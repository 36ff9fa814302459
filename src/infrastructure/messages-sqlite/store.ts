import type SQLite from 'better-sqlite3'
import {
  type ConversationState,
  type Hold,
  MAX_REACTIONS,
  MAX_SIGNS_OF_ONE,
  type MessageQuery,
  type MessageRange,
  type NewReaction,
  type ReadMark,
} from '../../application/ports/messages.ts'
import { usersOfKey } from '../../domain/conversation.ts'
import { type FileId, type MessageId, parseMessageId, type UserId } from '../../domain/ids.ts'
import type { Message, NewMessage } from '../../domain/message.ts'
import { wordsOf } from '../../domain/words.ts'
import { attachmentsText, firstIdAt, holdOf, messageOf } from './message-row.ts'
import { LAST_ID, prepareStatements } from './statements.ts'

/** So many messages go at once; others have their turn between. */
export const PURGED_AT_ONCE = 500

/** What the port asks, done at once and in the thread of whoever calls. Throws what SQLite throws. */
export type MessageStore = ReturnType<typeof makeMessageStore>

export function makeMessageStore(db: SQLite.Database) {
  const sql = prepareStatements(db)

  return {
    post(message: NewMessage): { readonly message: Message; readonly isNew: boolean } {
      const { id, conversation, from, guestName, text, attachments, clientId, createdAt } = message
      const row = sql.insert.get(
        ...([id, conversation, from, guestName ?? null, text] as const),
        attachmentsText(attachments),
        clientId,
        createdAt,
      )
      const stored = sql.ofClient.get(conversation, from, clientId)
      if (stored === undefined) throw new Error('a message that was stored is not there')
      if (row !== undefined) {
        index(row.number, text)
        if (attachments.length > 0) sql.dropHolds.run(id)
        for (const user of usersOfKey(conversation)) sql.enter.run(user, conversation, id)
      }
      return { message: messageOf(stored), isNew: row !== undefined }
    },

    find: (conversation: string, id: MessageId) => found(sql.find.get(id, conversation)),

    findSent: (conversation: string, from: UserId, clientId: string) =>
      found(sql.ofClient.get(conversation, from, clientId)),

    conversationsOf: (ids: readonly MessageId[]): readonly string[] =>
      sql.where.all(JSON.stringify(ids)).map(({ conversation }) => conversation),

    page: (conversation: string, { before, limit }: MessageRange): readonly Message[] =>
      sql.page
        .all(conversation, before ?? LAST_ID, limit)
        .map(messageOf)
        .toReversed(),

    edit(conversation: string, id: MessageId, text: string, at: number): Message | undefined {
      const row = sql.find.get(id, conversation)
      if (row === undefined || row.deleted_at !== null) return undefined
      sql.setText.run(text, at, row.number)
      sql.dropWords.run(row.number)
      index(row.number, text)
      return found(sql.find.get(id, conversation))
    },

    erase(conversation: string, id: MessageId, at: number): boolean {
      const row = sql.find.get(id, conversation)
      if (row === undefined || row.deleted_at !== null) return false
      sql.erase.run(at, row.number)
      sql.dropWords.run(row.number)
      sql.dropReactions.run(id)
      return true
    },

    react({
      conversation,
      id,
      user,
      sign,
      on,
    }: NewReaction): 'done' | 'unchanged' | 'not_found' | 'too_many' {
      const row = sql.find.get(id, conversation)
      if (row === undefined || row.deleted_at !== null) return 'not_found'
      const counts = sql.countReactions.get({ id, user, sign })
      const isThere = (counts?.there ?? 0) > 0
      if (isThere === on) return 'unchanged'
      if (!on) sql.dropReaction.run(id, user, sign)
      else if ((counts?.own ?? 0) >= MAX_SIGNS_OF_ONE || (counts?.others ?? 0) >= MAX_REACTIONS)
        return 'too_many'
      else sql.addReaction.run(id, user, sign)
      return 'done'
    },

    read({ user, conversation, upTo }: ReadMark): { readonly moved: boolean; readonly unread: number } {
      const { changes } = sql.mark.run(user, conversation, upTo)
      return { moved: changes > 0, unread: sql.conversation.get(user, conversation)?.unread ?? 0 }
    },

    conversations: (user: UserId, { before, limit }: MessageRange): readonly ConversationState[] =>
      sql.conversations.all(user, before ?? LAST_ID, limit).map(state),

    conversation(user: UserId, conversation: string): ConversationState {
      const row = sql.conversation.get(user, conversation)
      if (row !== undefined) return state(row)
      const unread = sql.unread.get({ user, conversation })?.unread ?? 0
      return state({ conversation, unread, last: null, read_up_to: null, peer_read_up_to: null })
    },

    search({ user, words, conversation, also, before, limit }: MessageQuery): readonly Message[] {
      const terms = `${words.map((word) => `"${word}"`).join(' ')} *`
      const where = { conversation: conversation ?? null, also: also ?? null, before: before ?? LAST_ID }
      return sql.search.all({ ...where, user, terms, limit }).map(messageOf)
    },

    forgetConversation,

    forgetUser(user: UserId, wholly: boolean): void {
      const direct = sql.directOf.all(user)
      sql.dropUser.run(user)
      if (wholly) sql.dropOfGuest.run(user)
      for (const { conversation } of direct) {
        if (wholly) forgetConversation(conversation)
        else sql.dropDeserted.run({ conversation })
      }
    },

    /** Fewer than `PURGED_AT_ONCE` where nothing is left to go. */
    purgeSome(before: number, guestsBefore: number): number {
      const { changes } = sql.purge.run(firstIdAt(before), firstIdAt(guestsBefore), PURGED_AT_ONCE)
      if (changes < PURGED_AT_ONCE) sql.dropOldMembers.run(firstIdAt(before), firstIdAt(before))
      return changes
    },

    all: (after: MessageId | undefined, limit: number): readonly Message[] =>
      sql.all.all(after ?? '', limit).map(messageOf),

    noteHolds(message: MessageId, files: readonly FileId[], at: number): void {
      for (const file of files) sql.noteHold.run(message, file, at)
    },

    looseHolds: (before: number, limit: number): readonly Hold[] =>
      sql.looseHolds.all(before, limit).map(holdOf),

    dropHolds(message: MessageId, files: readonly FileId[]): void {
      for (const file of files) sql.dropHold.run(message, file)
    },
  }

  function forgetConversation(conversation: string): void {
    sql.dropConversation.run(conversation)
    sql.dropMembers.run(conversation)
  }

  function index(number: number, text: string): void {
    const words = wordsOf(text)
    if (words.length > 0) sql.putWords.run(number, words.join(' '))
  }

  function state(row: NonNullable<ReturnType<typeof sql.conversation.get>>): ConversationState {
    return {
      conversation: row.conversation,
      last: found(sql.last.get(row.conversation)),
      unread: row.unread,
      readUpTo: idOf(row.read_up_to),
      peerReadUpTo: idOf(row.peer_read_up_to),
    }
  }
}

function found(row: Parameters<typeof messageOf>[0] | undefined): Message | undefined {
  return row === undefined ? undefined : messageOf(row)
}

function idOf(text: string | null): MessageId | undefined {
  return text === null ? undefined : parseMessageId(text)
}
