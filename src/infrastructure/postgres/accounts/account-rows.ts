import { err, ok, type Result } from '../../../domain/result.ts'
import type { Account } from '../../../domain/user.ts'
import { parseAccountLine } from '../../users-file/table/account-line.ts'
import type { Statement } from '../database.ts'

/** A row of `roomrtc.accounts`; `int8` comes as text. */
export interface AccountRow {
  readonly id: string
  readonly username: string
  readonly password_hash: string
  readonly created_at: string
  readonly disabled: boolean
  readonly do_not_disturb: boolean
}

/** An account that may be in the way of another. */
export interface Rival {
  readonly id: string
  readonly username: string
  readonly reading_key: string
}

/** On which it is told whose accounts have changed (`migrations/001-accounts.ts`), and whose sessions are to end. */
export const ACCOUNTS_CHANNEL = 'roomrtc_accounts'

/** What is given of a new account. */
const FIELDS = 'id, username, password_hash, created_at, disabled'

const COLUMNS = `${FIELDS}, do_not_disturb`

export const FIND_BY_NAME: Statement = {
  name: 'find_by_name',
  text: `SELECT ${COLUMNS} FROM roomrtc.accounts WHERE username = $1`,
}

export const FIND_BY_IDS: Statement = {
  name: 'find_by_ids',
  text: `SELECT ${COLUMNS} FROM roomrtc.accounts WHERE id = ANY ($1::text[])`,
}

/** In the order of registration, from a number on, as lines of `users.txt` in one text. */
export const PAGE_OF_LINES: Statement = {
  name: 'page_of_lines',
  text: `SELECT max(number) AS last, string_agg(id || '|' || username || '|' || CASE WHEN disabled THEN '!' ELSE '' END
    || password_hash || '|' || created_at, E'\\n' ORDER BY number) AS lines
    FROM (SELECT number, ${FIELDS} FROM roomrtc.accounts WHERE number > $1 ORDER BY number LIMIT $2) AS page`,
}

export const FIND_UNDISTURBED: Statement = {
  name: 'find_undisturbed',
  text: 'SELECT id FROM roomrtc.accounts WHERE do_not_disturb',
}

/** Those that may be made: the others contradict one that is there, or one another. */
export const INSERT: Statement = {
  name: 'insert_accounts',
  text: `INSERT INTO roomrtc.accounts (${FIELDS}, reading_key, reads_alone)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::boolean[], $6::text[], $7::boolean[])
      AS new (${FIELDS}, reading_key, reads_alone)
    WHERE NOT new.reads_alone
      OR NOT EXISTS (SELECT FROM roomrtc.accounts AS other WHERE other.reading_key = new.reading_key)
    ON CONFLICT DO NOTHING RETURNING id`,
}

/** What stands in the way of accounts with these ids, names and keys. */
export const FIND_RIVALS: Statement = {
  name: 'find_rivals',
  text: `SELECT id, username, reading_key FROM roomrtc.accounts
    WHERE id = ANY ($1::text[]) OR username = ANY ($2::text[]) OR reading_key = ANY ($3::text[])`,
}

export const REPLACE_HASH: Statement = {
  name: 'replace_hash',
  text: `UPDATE roomrtc.accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING ${COLUMNS}`,
}

export const SET_DISABLED: Statement = {
  name: 'set_disabled',
  text: `UPDATE roomrtc.accounts SET disabled = $2 WHERE id = $1 RETURNING ${COLUMNS}`,
}

export const SET_DO_NOT_DISTURB: Statement = {
  name: 'set_do_not_disturb',
  text: `UPDATE roomrtc.accounts SET do_not_disturb = $2 WHERE id = $1 RETURNING ${COLUMNS}`,
}

export const RENAME: Statement = {
  name: 'rename_account',
  text: `UPDATE roomrtc.accounts SET username = $2, reading_key = $3, reads_alone = $4 WHERE id = $1
    AND NOT EXISTS (SELECT FROM roomrtc.accounts AS other
      WHERE other.username = $2 OR ($4 AND other.reading_key = $3 AND other.id <> $1))
    RETURNING ${COLUMNS}`,
}

export const REMOVE: Statement = {
  name: 'remove_account',
  text: `DELETE FROM roomrtc.accounts WHERE id = $1 AND ($2::text IS NULL OR password_hash = $2) RETURNING ${COLUMNS}`,
}

/** A fault in a sentence: somebody has written to the table by hand. */
export function accountOf(row: AccountRow): Result<Account, string> {
  const { id, username, password_hash, created_at, disabled } = row
  const parsed = parseAccountLine(`${id}|${username}|${disabled ? '!' : ''}${password_hash}|${created_at}`)
  if (!parsed.ok) return parsed
  return parsed.value.kind === 'account' ? ok(parsed.value.account) : err('it is a comment')
}
