import { MAX_REACTIONS, MAX_SIGNS_OF_ONE, MAX_UNREAD } from '../../../application/ports/messages.ts'
import type { Statement } from '../database.ts'

/** As the rows of `messages-sqlite/message-row.ts`. */
const MESSAGE = `m.id, m.conversation, m.sender, m.guest_name, m.text, m.attachments::text AS attachments, m.client_id,
  m.created_at::float8 AS created_at, m.edited_at::float8 AS edited_at, m.deleted_at::float8 AS deleted_at,
  (SELECT coalesce(json_agg(json_build_array(r.sign, r.user_id) ORDER BY r.number), '[]')::text
    FROM roomrtc.reactions r WHERE r.message = m.id) AS reactions`

const unread = (user: string, conversation: string, readUpTo: string) => `(SELECT count(*)::int FROM (
  SELECT FROM roomrtc.messages WHERE conversation = ${conversation} AND (${readUpTo} IS NULL OR id > ${readUpTo})
    AND sender <> ${user} AND deleted_at IS NULL LIMIT ${MAX_UNREAD}) AS new)`

const STATE = `c.conversation, c.read_up_to, ${unread('c.user_id', 'c.conversation', 'c.read_up_to')} AS unread,
  (SELECT o.read_up_to FROM roomrtc.members o
    WHERE o.conversation = c.conversation AND o.user_id <> c.user_id AND c.last IS NOT NULL) AS peer_read_up_to`

function statement(name: string, text: string): Statement {
  return { name: `message_${name}`, text }
}

export const messageStatements = {
  post: statement(
    'post',
    `WITH m AS (INSERT INTO roomrtc.messages
        (id, conversation, sender, guest_name, text, attachments, client_id, created_at, words)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, array_to_tsvector($9::text[]))
        ON CONFLICT (conversation, sender, client_id) DO NOTHING RETURNING *),
      entered AS (INSERT INTO roomrtc.members AS old (user_id, conversation, last)
        SELECT unnest($10::text[]), m.conversation, m.id FROM m ORDER BY 1
        ON CONFLICT (user_id, conversation) DO UPDATE SET last = greatest(old.last, excluded.last)),
      held AS (DELETE FROM roomrtc.holds USING m WHERE message = m.id)
      SELECT ${MESSAGE} FROM m`,
  ),
  ofClient: statement(
    'of_client',
    `SELECT ${MESSAGE} FROM roomrtc.messages m WHERE conversation = $1 AND sender = $2 AND client_id = $3`,
  ),
  find: statement('find', `SELECT ${MESSAGE} FROM roomrtc.messages m WHERE id = $1 AND conversation = $2`),
  where: statement(
    'where',
    `SELECT DISTINCT conversation FROM roomrtc.messages WHERE id = ANY ($1::uuid[]) AND deleted_at IS NULL`,
  ),
  page: statement(
    'page',
    `SELECT ${MESSAGE} FROM roomrtc.messages m WHERE conversation = $1 AND ($2::uuid IS NULL OR id < $2)
      ORDER BY id DESC LIMIT $3`,
  ),
  all: statement(
    'all',
    `SELECT ${MESSAGE} FROM roomrtc.messages m WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2`,
  ),
  edit: statement(
    'edit',
    `UPDATE roomrtc.messages AS m SET text = $3, edited_at = $4, words = array_to_tsvector($5::text[])
      WHERE id = $1 AND conversation = $2 AND deleted_at IS NULL RETURNING ${MESSAGE}`,
  ),
  erase: statement(
    'erase',
    `WITH gone AS (UPDATE roomrtc.messages SET text = '', attachments = '[]', words = '', deleted_at = $3
        WHERE id = $1 AND conversation = $2 AND deleted_at IS NULL RETURNING id),
      dropped AS (DELETE FROM roomrtc.reactions USING gone WHERE message = gone.id)
      SELECT id FROM gone`,
  ),
  react: statement(
    'react',
    `WITH m AS (SELECT id FROM roomrtc.messages WHERE id = $1 AND conversation = $2 AND deleted_at IS NULL FOR UPDATE),
      counts AS (SELECT count(*) FILTER (WHERE user_id = $3 AND sign = $4) AS there,
        count(*) FILTER (WHERE user_id = $3) AS own, count(*) AS others
        FROM roomrtc.reactions r, m WHERE r.message = m.id),
      put AS (INSERT INTO roomrtc.reactions (message, user_id, sign) SELECT m.id, $3, $4 FROM m, counts
        WHERE there = 0 AND own < ${MAX_SIGNS_OF_ONE} AND others < ${MAX_REACTIONS} ON CONFLICT DO NOTHING RETURNING sign)
      SELECT (SELECT count(*)::int FROM m) AS found, (SELECT count(*)::int FROM put) AS done, there::int FROM counts`,
  ),
  takeBack: statement(
    'take_back',
    `WITH m AS (SELECT id FROM roomrtc.messages WHERE id = $1 AND conversation = $2 AND deleted_at IS NULL),
      gone AS (DELETE FROM roomrtc.reactions r USING m WHERE r.message = m.id AND user_id = $3 AND sign = $4
        RETURNING sign)
      SELECT (SELECT count(*)::int FROM m) AS found, (SELECT count(*)::int FROM gone) AS done, 0 AS there`,
  ),
  mark: statement(
    'mark',
    `INSERT INTO roomrtc.members AS old (user_id, conversation, read_up_to) VALUES ($1, $2, $3)
      ON CONFLICT (user_id, conversation) DO UPDATE SET read_up_to = excluded.read_up_to
      WHERE old.read_up_to IS NULL OR excluded.read_up_to > old.read_up_to RETURNING user_id`,
  ),
  conversations: statement(
    'conversations',
    `SELECT ${STATE} FROM roomrtc.members c WHERE user_id = $1 AND last IS NOT NULL AND ($2::uuid IS NULL OR last < $2)
      ORDER BY last DESC LIMIT $3`,
  ),
  conversation: statement(
    'conversation',
    `SELECT ${STATE} FROM roomrtc.members c WHERE user_id = $1 AND conversation = $2`,
  ),
  unread: statement('unread', `SELECT ${unread('$1', '$2', 'NULL::uuid')} AS unread`),
  lastOf: statement(
    'last_of',
    `SELECT ${MESSAGE} FROM unnest($1::text[]) AS wanted (conversation), LATERAL (SELECT * FROM roomrtc.messages one
      WHERE one.conversation = wanted.conversation ORDER BY id DESC LIMIT 1) AS m`,
  ),
  search: statement(
    'search',
    `SELECT ${MESSAGE} FROM roomrtc.messages m WHERE words @@ $1::tsquery AND ($2::uuid IS NULL OR id < $2)
      AND CASE WHEN $3::text IS NULL THEN conversation = $5::text OR conversation IN
        (SELECT conversation FROM roomrtc.members WHERE user_id = $4 AND last IS NOT NULL)
      ELSE conversation = $3 END ORDER BY id DESC LIMIT $6`,
  ),
  noteHolds: statement(
    'note_holds',
    `INSERT INTO roomrtc.holds (message, file, noted_at) SELECT $1, unnest($2::uuid[]), $3`,
  ),
  looseHolds: statement(
    'loose_holds',
    `SELECT message, file FROM roomrtc.holds WHERE noted_at < $1 ORDER BY message LIMIT $2`,
  ),
  dropHolds: statement(
    'drop_holds',
    `DELETE FROM roomrtc.holds WHERE message = $1 AND file = ANY ($2::uuid[])`,
  ),
  forgetConversation: statement(
    'forget_conversation',
    `WITH gone AS (DELETE FROM roomrtc.members WHERE conversation = $1)
      DELETE FROM roomrtc.messages WHERE conversation = $1`,
  ),
  forgetUser: statement(
    'forget_user',
    `WITH mine AS (DELETE FROM roomrtc.members WHERE user_id = $1 RETURNING conversation, last)
      DELETE FROM roomrtc.messages m USING mine WHERE m.conversation = mine.conversation AND mine.last IS NOT NULL
        AND NOT EXISTS (SELECT FROM roomrtc.members o WHERE o.conversation = m.conversation AND o.user_id <> $1)`,
  ),
  forgetGuest: statement(
    'forget_guest',
    `WITH mine AS (DELETE FROM roomrtc.members WHERE user_id = $1 RETURNING conversation, last),
      others AS (DELETE FROM roomrtc.members o USING mine
        WHERE o.conversation = mine.conversation AND o.user_id <> $1 AND mine.last IS NOT NULL)
      DELETE FROM roomrtc.messages WHERE (guest_name IS NOT NULL AND sender = $1)
        OR conversation IN (SELECT conversation FROM mine WHERE last IS NOT NULL)`,
  ),
  purge: statement(
    'purge',
    `WITH old AS (SELECT id FROM roomrtc.messages WHERE id < $1 OR (guest_name IS NOT NULL AND id < $2) LIMIT $3),
      gone AS (DELETE FROM roomrtc.messages USING old WHERE messages.id = old.id RETURNING messages.id)
      SELECT count(*)::int AS gone FROM gone`,
  ),
  purgeMembers: statement(
    'purge_members',
    `DELETE FROM roomrtc.members WHERE last < $1 OR (last IS NULL AND read_up_to < $1)`,
  ),
} as const
