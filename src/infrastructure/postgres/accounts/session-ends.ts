import { parseUserId, type UserId } from '../../../domain/ids.ts'
import type { Database } from '../database.ts'
import { ACCOUNTS_CHANNEL } from './account-rows.ts'

/** Stands before the id of a user whose sessions are to end, and never in an id. */
const MARK = '|'

/** Tells every daemon of the database to end the sessions of a user; false where that cannot be told. */
export async function tellSessionsEnd(database: Database, user: UserId): Promise<boolean> {
  const told = await database.run({ name: 'tell', text: 'SELECT pg_notify($1, $2)' }, [
    ACCOUNTS_CHANNEL,
    MARK + user,
  ])
  return told.ok
}

/** Undefined for all else that is told on the channel. */
export function userOfEnd(payload: string): UserId | undefined {
  return payload.startsWith(MARK) ? parseUserId(payload.slice(MARK.length)) : undefined
}
