/** The words of the server for which there is a sentence; for all others there is a common one. */
export const explained = [
  'unreachable',
  'timeout',
  'invalid_credentials',
  'username_taken',
  'username_taken_lookalike',
  'invalid_username',
  'invalid_field',
  'expired_token',
  'invalid_token',
  'invite_code_required',
  'invalid_invite',
  'registration_closed',
  'account_disabled',
  'account_changed',
  'logged_out_elsewhere',
  'session_ended_by_administrator',
  'session_replaced',
  'session_resumed',
  'session_exists',
  'session_timeout',
  'forbidden_origin',
  'too_many_attempts',
  'rate_limited',
  'flooding',
  'address_banned',
  'too_many_connections',
  'overloaded',
  'storage_unavailable',
  'server_full',
  'crowded_out',
  'draining',
  'shutting_down',
  'user_not_found',
  'do_not_disturb',
  'user_unavailable',
  'callee_busy',
  'caller_busy',
  'cannot_call_self',
  'already_in_call',
  'invalid_room_id',
  'room_not_found',
  'room_full',
  'room_limit',
  'invite_required',
  'not_room_member',
  'not_room_owner',
] as const

type Explained = (typeof explained)[number]

export type ReasonTexts = Readonly<Record<Explained | 'other', string>>

/** In plain words why the server, or the way to it, said no. */
export function reasonText(texts: ReasonTexts, reason: string): string {
  return texts[explained.find((known) => known === reason) ?? 'other']
}
