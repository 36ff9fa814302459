import type { Person } from '../users/person.ts'
import type { ServerPayloads } from '../wire/server-messages.ts'

/** How the transfer of a call stands. */
export type Transfer =
  /** The third user is being rung, and the call goes on meanwhile. `by`: the user id of whoever asked for it. */
  | { readonly state: 'ringing'; readonly to: Person; readonly by: string; readonly expiresAt: number }
  /**
   * The call goes on as it was. `reason`: the server's word (`declined`, `timeout`, `hangup`, `callee_busy`,
   * `cannot_be_transferred`, …).
   */
  | { readonly state: 'failed'; readonly to: Person; readonly by: string; readonly reason: string }

export function transferOf(
  {
    from_user_id: by,
    to_user_id,
    to_username,
    state,
    expires_in_ms,
    reason,
  }: ServerPayloads['CALL_TRANSFER'],
  now: number,
): Transfer {
  const to = { id: to_user_id, username: to_username }
  return state === 'ringing'
    ? { state, to, by, expiresAt: now + (expires_in_ms ?? 0) }
    : { state: 'failed', to, by, reason: reason ?? 'refused' }
}
