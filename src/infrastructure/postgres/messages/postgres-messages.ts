import type { ConversationState, Messages, NewReaction, Stored } from '../../../application/ports/messages.ts'
import { usersOfKey } from '../../../domain/conversation.ts'
import { type MessageId, parseMessageId, type UserId } from '../../../domain/ids.ts'
import { err, ok, type Result } from '../../../domain/result.ts'
import { wordsOf } from '../../../domain/words.ts'
import {
  attachmentsText,
  firstIdAt,
  holdOf,
  messageOf,
  type MessageRow,
} from '../../messages-sqlite/message-row.ts'
import type { Database, Statement } from '../database.ts'
import { messageStatements as sql } from './message-statements.ts'

interface ConversationRow {
  readonly conversation: string
  readonly unread: number
  readonly read_up_to: string | null
  readonly peer_read_up_to: string | null
}

type Rows<Row> = Result<readonly Row[], 'storage_unavailable'>

/** So many messages go with one statement. */
const PURGED_AT_ONCE = 5000

/** Messages in tables. Each change is one statement, and so one transaction. */
export function createPostgresMessages(database: Database): Messages {
  return {
    async post(message) {
      const { id, conversation, from, guestName, text, attachments, clientId, createdAt } = message
      const values = [
        id,
        conversation,
        from,
        guestName,
        text,
        attachmentsText(attachments),
        clientId,
        createdAt,
      ]
      const put = await rows<MessageRow>(sql.post, [...values, wordsOf(text), usersOfKey(conversation)])
      if (!put.ok) return put
      const there = put.value[0]
      if (there !== undefined) return ok({ message: messageOf(there), isNew: true })
      const found = await rows<MessageRow>(sql.ofClient, [conversation, from, clientId])
      if (!found.ok) return found
      const earlier = found.value[0]
      // It may have been purged between the two.
      return earlier === undefined
        ? err('storage_unavailable')
        : ok({ message: messageOf(earlier), isNew: false })
    },

    find: (conversation, id) => first(rows<MessageRow>(sql.find, [id, conversation])),

    findSent: (conversation, from, clientId) =>
      first(rows<MessageRow>(sql.ofClient, [conversation, from, clientId])),

    async conversationsOf(ids) {
      const found = await rows<{ conversation: string }>(sql.where, [ids])
      return found.ok ? ok(found.value.map(({ conversation }) => conversation)) : found
    },

    async page(conversation, { before, limit }) {
      const found = await rows<MessageRow>(sql.page, [conversation, before, limit])
      return found.ok ? ok(found.value.map(messageOf).toReversed()) : found
    },

    edit: (conversation, id, text, at) =>
      first(rows<MessageRow>(sql.edit, [id, conversation, text, at, wordsOf(text)])),

    async erase(conversation, id, at) {
      const gone = await rows(sql.erase, [id, conversation, at])
      return gone.ok ? ok(gone.value.length > 0) : gone
    },

    react,

    async read({ user, conversation, upTo }) {
      const moved = await rows(sql.mark, [user, conversation, upTo])
      if (!moved.ok) return moved
      const state = await rows<ConversationRow>(sql.conversation, [user, conversation])
      return state.ok ? ok({ moved: moved.value.length > 0, unread: state.value[0]?.unread ?? 0 }) : state
    },

    async conversations(user, { before, limit }) {
      const found = await rows<ConversationRow>(sql.conversations, [user, before, limit])
      return found.ok ? states(found.value) : found
    },

    async conversation(user, conversation) {
      const found = await rows<ConversationRow>(sql.conversation, [user, conversation])
      if (!found.ok) return found
      const row = found.value[0] ?? (await unknownTo(user, conversation))
      if (row === 'storage_unavailable') return err(row)
      const known = await states([row])
      const state = known.ok ? known.value[0] : undefined
      return state === undefined ? err('storage_unavailable') : ok(state)
    },

    async search({ user, words, conversation, also, before, limit }) {
      const query = `${words.map((word) => `'${word}'`).join(' & ')}:*`
      const found = await rows<MessageRow>(sql.search, [query, before, conversation, user, also, limit])
      return found.ok ? ok(found.value.map(messageOf)) : found
    },

    forgetConversation: (conversation) => done(sql.forgetConversation, [conversation]),

    forgetUser: (user, wholly) => done(wholly ? sql.forgetGuest : sql.forgetUser, [user]),

    async purge(before, guestsBefore) {
      const [first, firstOfGuests] = [firstIdAt(before), firstIdAt(guestsBefore)]
      for (let gone = 0; ;) {
        const some = await rows<{ gone: number }>(sql.purge, [first, firstOfGuests, PURGED_AT_ONCE])
        if (!some.ok) return some
        const count = some.value[0]?.gone ?? 0
        gone += count
        if (count < PURGED_AT_ONCE) {
          const members = await done(sql.purgeMembers, [first])
          return members.ok ? ok(gone) : members
        }
      }
    },

    async all(after, limit) {
      const found = await rows<MessageRow>(sql.all, [after, limit])
      return found.ok ? ok(found.value.map(messageOf)) : found
    },

    noteHolds: (message, files, at) => done(sql.noteHolds, [message, files, at]),

    async looseHolds(before, limit) {
      const found = await rows<{ message: string; file: string }>(sql.looseHolds, [before, limit])
      return found.ok ? ok(found.value.map(holdOf)) : found
    },

    dropHolds: (message, files) => done(sql.dropHolds, [message, files]),

    // It has nothing of its own.
    close: () => Promise.resolve(),
  }

  async function react({ conversation, id, user, sign, on }: NewReaction): ReturnType<Messages['react']> {
    const tried = await rows<{ found: number; done: number; there: number }>(on ? sql.react : sql.takeBack, [
      id,
      conversation,
      user,
      sign,
    ])
    if (!tried.ok) return tried
    const { found = 0, done = 0, there = 0 } = tried.value[0] ?? {}
    if (found === 0) return ok('not_found')
    if (done > 0) return ok('done')
    return ok(on && there === 0 ? 'too_many' : 'unchanged')
  }

  async function unknownTo(
    user: UserId,
    conversation: string,
  ): Promise<ConversationRow | 'storage_unavailable'> {
    const found = await rows<{ unread: number }>(sql.unread, [user, conversation])
    if (!found.ok) return found.error
    const unread = found.value[0]?.unread ?? 0
    return { conversation, unread, read_up_to: null, peer_read_up_to: null }
  }

  async function states(
    found: readonly ConversationRow[],
  ): Promise<Result<readonly ConversationState[], 'storage_unavailable'>> {
    const latest = await rows<MessageRow>(sql.lastOf, [found.map(({ conversation }) => conversation)])
    if (!latest.ok) return latest
    const last = new Map(latest.value.map((row) => [row.conversation, messageOf(row)]))
    return ok(
      found.map(({ conversation, unread, read_up_to, peer_read_up_to }) => ({
        conversation,
        last: last.get(conversation),
        unread,
        readUpTo: idOf(read_up_to),
        peerReadUpTo: idOf(peer_read_up_to),
      })),
    )
  }

  async function rows<Row extends object>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Rows<Row>> {
    const found = await database.run<Row>(
      statement,
      values.map((value) => value ?? null),
    )
    return found.ok ? found : err('storage_unavailable')
  }

  async function done(statement: Statement, values: readonly unknown[]): Stored<undefined> {
    const gone = await rows(statement, values)
    return gone.ok ? ok(undefined) : gone
  }

  async function first(found: Promise<Rows<MessageRow>>): Stored<ReturnType<typeof messageOf> | undefined> {
    const read = await found
    if (!read.ok) return read
    const row = read.value[0]
    return ok(row && messageOf(row))
  }
}

function idOf(text: string | null): MessageId | undefined {
  return text === null ? undefined : parseMessageId(text)
}
