import type { UserListQuery } from '../../application/user/user-list-query.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { UserListRequest } from '../../protocol/messages/user.ts'
import { readCursor } from '../../protocol/user-list/user-list-cursor.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'

/** From the words of the wire to ours; a cursor goes on only with what it was given for (PRES-8). */
export function readUserListQuery({
  cursor,
  limit,
  query: prefix = '',
  state,
}: UserListRequest): Result<UserListQuery, WireRefusal> {
  if (cursor === undefined) return ok({ prefix, state, limit })
  const after = readCursor(cursor)
  if (after?.query === prefix && after.state === (state ?? '')) return ok({ prefix, state, limit, after })
  const detail = 'USER_LIST_REQUEST: "cursor" is not one that was given for this "query" and "state"'
  return err({ reason: 'invalid_field', detail })
}
