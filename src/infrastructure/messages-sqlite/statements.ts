import type { Database } from 'better-sqlite3'
import { MAX_UNREAD } from '../../application/ports/messages.ts'
import type { MessageRow } from './message-row.ts'

/** A conversation without its last message. */
interface ConversationRow {
  readonly conversation: string
  readonly last: string | null
  readonly unread: number
  readonly read_up_to: string | null
  readonly peer_read_up_to: string | null
}

interface SearchValues {
  readonly terms: string
  readonly before: string
  readonly conversation: string | null
  readonly user: string
  readonly also: string | null
  readonly limit: number
}

/** After every id. */
export const LAST_ID = 'g'

const MESSAGE = `m.number, m.id, m.conversation, m.sender, m.guest_name, m.text, m.attachments, m.client_id,
  m.created_at, m.edited_at, m.deleted_at,
  (SELECT json_group_array(json_array(r.sign, r.user) ORDER BY r.number) FROM reactions r WHERE r.message = m.id) AS reactions`

const unread = (user: string, conversation: string, readUpTo: string) => `(SELECT count(*) FROM (
  SELECT 1 FROM messages WHERE conversation = ${conversation} AND id > coalesce(${readUpTo}, '')
    AND sender <> ${user} AND deleted_at IS NULL LIMIT ${MAX_UNREAD}))`

const STATE = `c.conversation, c.last, c.read_up_to, ${unread('c.user', 'c.conversation', 'c.read_up_to')} AS unread,
  (SELECT o.read_up_to FROM members o WHERE o.conversation = c.conversation AND o.user <> c.user AND c.last IS NOT NULL)
    AS peer_read_up_to`

type Numbered = MessageRow & { readonly number: number }

/** All that is asked of `messages.db`, prepared once. */
export function prepareStatements(db: Database) {
  return {
    insert: db.prepare<
      [string, string, string, string | null, string, string, string, number],
      { number: number }
    >(
      `INSERT INTO messages (id, conversation, sender, guest_name, text, attachments, client_id, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (conversation, sender, client_id) DO NOTHING RETURNING number`,
    ),
    ofClient: db.prepare<[string, string, string], Numbered>(
      `SELECT ${MESSAGE} FROM messages m WHERE conversation = ? AND sender = ? AND client_id = ?`,
    ),
    where: db.prepare<[string], { conversation: string }>(
      `SELECT DISTINCT conversation FROM messages
       WHERE deleted_at IS NULL AND id IN (SELECT value FROM json_each(?))`,
    ),
    find: db.prepare<[string, string], Numbered>(
      `SELECT ${MESSAGE} FROM messages m WHERE id = ? AND conversation = ?`,
    ),
    page: db.prepare<[string, string, number], Numbered>(
      `SELECT ${MESSAGE} FROM messages m WHERE conversation = ? AND id < ? ORDER BY id DESC LIMIT ?`,
    ),
    last: db.prepare<[string], Numbered>(
      `SELECT ${MESSAGE} FROM messages m WHERE conversation = ? ORDER BY id DESC LIMIT 1`,
    ),
    all: db.prepare<[string, number], Numbered>(
      `SELECT ${MESSAGE} FROM messages m WHERE id > ? ORDER BY id LIMIT ?`,
    ),
    setText: db.prepare<[string, number, number]>(
      `UPDATE messages SET text = ?, edited_at = ? WHERE number = ?`,
    ),
    erase: db.prepare<[number, number]>(
      `UPDATE messages SET text = '', attachments = '[]', deleted_at = ? WHERE number = ?`,
    ),
    putWords: db.prepare<[number, string]>(`INSERT INTO words (rowid, list) VALUES (?, ?)`),
    dropWords: db.prepare<[number]>(`DELETE FROM words WHERE rowid = ?`),

    addReaction: db.prepare<[string, string, string]>(
      `INSERT INTO reactions (message, user, sign) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
    ),
    dropReaction: db.prepare<[string, string, string]>(
      `DELETE FROM reactions WHERE message = ? AND user = ? AND sign = ?`,
    ),
    dropReactions: db.prepare<[string]>(`DELETE FROM reactions WHERE message = ?`),
    countReactions: db.prepare<
      [{ id: string; user: string; sign: string }],
      { there: number; own: number; others: number }
    >(
      `SELECT count(*) FILTER (WHERE user = @user AND sign = @sign) AS there,
         count(*) FILTER (WHERE user = @user) AS own, count(*) AS others FROM reactions WHERE message = @id`,
    ),

    enter: db.prepare<[string, string, string]>(
      `INSERT INTO members (user, conversation, last) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET last = max(coalesce(last, ''), excluded.last)`,
    ),
    mark: db.prepare<[string, string, string]>(
      `INSERT INTO members (user, conversation, read_up_to) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET read_up_to = excluded.read_up_to WHERE excluded.read_up_to > coalesce(read_up_to, '')`,
    ),
    conversations: db.prepare<[string, string, number], ConversationRow>(
      `SELECT ${STATE} FROM members c WHERE c.user = ? AND c.last < ? ORDER BY c.last DESC LIMIT ?`,
    ),
    conversation: db.prepare<[string, string], ConversationRow>(
      `SELECT ${STATE} FROM members c WHERE c.user = ? AND c.conversation = ?`,
    ),
    unread: db.prepare<[{ user: string; conversation: string }], { unread: number }>(
      `SELECT ${unread('@user', '@conversation', "''")} AS unread`,
    ),
    search: db.prepare<[SearchValues], Numbered>(
      `SELECT ${MESSAGE} FROM words w JOIN messages m ON m.number = w.rowid
       WHERE words MATCH @terms AND m.id < @before AND CASE WHEN @conversation IS NULL
         THEN m.conversation = @also OR m.conversation IN
           (SELECT conversation FROM members WHERE user = @user AND last IS NOT NULL)
         ELSE m.conversation = @conversation END
       ORDER BY w.rowid DESC LIMIT @limit`,
    ),

    noteHold: db.prepare<[string, string, number]>(
      `INSERT INTO holds (message, file, noted_at) VALUES (?, ?, ?)`,
    ),
    looseHolds: db.prepare<[number, number], { message: string; file: string }>(
      `SELECT message, file FROM holds WHERE noted_at < ? ORDER BY message LIMIT ?`,
    ),
    dropHolds: db.prepare<[string]>(`DELETE FROM holds WHERE message = ?`),
    dropHold: db.prepare<[string, string]>(`DELETE FROM holds WHERE message = ? AND file = ?`),

    dropConversation: db.prepare<[string]>(`DELETE FROM messages WHERE conversation = ?`),
    dropMembers: db.prepare<[string]>(`DELETE FROM members WHERE conversation = ?`),
    directOf: db.prepare<[string], { conversation: string }>(
      `SELECT conversation FROM members WHERE user = ? AND last IS NOT NULL`,
    ),
    dropUser: db.prepare<[string]>(`DELETE FROM members WHERE user = ?`),
    dropDeserted: db.prepare<[{ conversation: string }]>(
      `DELETE FROM messages WHERE conversation = @conversation
         AND NOT EXISTS (SELECT 1 FROM members WHERE conversation = @conversation)`,
    ),
    dropOfGuest: db.prepare<[string]>(`DELETE FROM messages WHERE guest_name IS NOT NULL AND sender = ?`),
    purge: db.prepare<[string, string, number]>(
      `DELETE FROM messages WHERE number IN (SELECT number FROM messages WHERE id < ? UNION
         SELECT number FROM messages WHERE guest_name IS NOT NULL AND id < ? LIMIT ?)`,
    ),
    dropOldMembers: db.prepare<[string, string]>(
      `DELETE FROM members WHERE last < ? OR (last IS NULL AND read_up_to < ?)`,
    ),
  }
}
