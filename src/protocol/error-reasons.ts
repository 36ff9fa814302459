/**
 * Every `reason` an ERROR may bear, with its code and the sentence sent as `message` where nothing more precise is
 * known. PROTOCOL.md prints this table; clients match on the reason, never on the sentence.
 */
export const errorReasons = {
  empty_frame: { code: 400, message: 'Frame length 0 is not possible; closing', closes: true },
  frame_too_large: { code: 413, message: 'Frame too large; closing', closes: true },
  // 400, as the deeply nested rubbish from a stranger that it is as a rule (reference-faults.md).
  frame_too_large_before_login: {
    code: 400,
    message: 'A frame of this size is taken only after the login; closing',
    closes: true,
  },
  tls_required: { code: 400, message: 'This port speaks TLS only; closing', closes: true },
  frame_timeout: { code: 408, message: 'A frame was begun and not completed in time; closing', closes: true },
  invalid_frame: {
    code: 400,
    message: 'A WebSocket frame of a kind that this subprotocol does not have',
    closes: false,
  },
  unknown_type: { code: 400, message: 'Unknown message type', closes: false },
  server_only_type: { code: 400, message: 'Only the server sends this message type', closes: false },
  invalid_utf8: { code: 400, message: 'The payload is not valid UTF-8', closes: false },
  invalid_json: { code: 400, message: 'The payload is not valid JSON', closes: false },
  not_an_object: { code: 400, message: 'The payload is not a JSON object', closes: false },
  invalid_field: { code: 400, message: 'A field is missing or of the wrong type', closes: false },
  sfu_refused: { code: 400, message: 'The media server does not take this', closes: false },
  unsupported_protocol: { code: 400, message: 'This server does not speak that protocol', closes: false },
  hello_too_late: { code: 400, message: 'HELLO comes before the login', closes: false },
  not_negotiated: {
    code: 400,
    message: 'This message needs a capability that was not agreed on in HELLO',
    closes: false,
  },
  cannot_call_self: { code: 400, message: 'Cannot call yourself', closes: false },
  cannot_message_self: { code: 400, message: 'Cannot send a message to yourself', closes: false },
  invalid_room_id: {
    code: 400,
    message: 'A room id has 1 to 64 characters: letters, digits, _ and -',
    closes: false,
  },
  user_unavailable: { code: 400, message: 'User not available for calls', closes: false },
  do_not_disturb: { code: 400, message: 'User does not want to be disturbed', closes: false },
  invalid_username: { code: 400, message: 'Invalid username', closes: false },
  login_required: { code: 401, message: 'Login required', closes: false },
  invalid_credentials: { code: 401, message: 'Invalid credentials', closes: false },
  invalid_token: { code: 401, message: 'Invalid token', closes: false },
  expired_token: { code: 401, message: 'The token has expired; get a new one', closes: false },
  account_disabled: { code: 403, message: 'This account is disabled', closes: false },
  session_ended_by_administrator: {
    code: 403,
    message: 'An administrator has ended this session; closing',
    closes: true,
  },
  account_changed: {
    code: 403,
    message: 'Another session has changed the password or deleted the account; closing',
    closes: true,
  },
  logged_out_elsewhere: {
    code: 403,
    message: 'Another device of the user has ended this session; closing',
    closes: true,
  },
  forbidden_origin: {
    code: 403,
    message: 'Web pages of this origin may not use this server; closing',
    closes: true,
  },
  invite_required: { code: 403, message: 'Only who is invited may enter this room', closes: false },
  not_room_owner: { code: 403, message: 'Only who made the room may do that', closes: false },
  invite_code_required: {
    code: 403,
    message: 'To register here you need an invite code from whoever runs this server',
    closes: false,
  },
  invalid_invite: {
    code: 403,
    message: 'This invite code is not known, was used already or has expired',
    closes: false,
  },
  registration_closed: {
    code: 403,
    message: 'Nobody can register here; ask whoever runs this server for an account',
    closes: false,
  },
  not_for_guests: { code: 403, message: 'Guests have no account that could be changed', closes: false },
  not_message_sender: {
    code: 403,
    message: 'Only who has sent a message may change it; the owner of a room may delete those in it',
    closes: false,
  },
  conversation_not_found: { code: 404, message: 'You are in no such conversation', closes: false },
  message_not_found: {
    code: 404,
    message: 'There is no such message in this conversation, or it was deleted',
    closes: false,
  },
  user_not_found: { code: 404, message: 'User not found', closes: false },
  session_not_found: { code: 404, message: 'You have no such session', closes: false },
  call_not_found: { code: 404, message: 'Call not found', closes: false },
  not_call_peer: { code: 404, message: 'That user is not the other party of this call', closes: false },
  room_not_found: { code: 404, message: 'Room not found', closes: false },
  not_room_member: { code: 404, message: 'That user is not in this room', closes: false },
  login_timeout: { code: 408, message: 'No login in time; closing', closes: true },
  session_timeout: { code: 408, message: 'Nothing was heard for too long; closing', closes: true },
  already_logged_in: {
    code: 409,
    message: 'This connection is logged in as another user; log out first',
    closes: false,
  },
  session_exists: { code: 409, message: 'User is already logged in elsewhere', closes: false },
  session_replaced: {
    code: 409,
    message: 'Logged in from another connection; closing this one',
    closes: true,
  },
  session_resumed: {
    code: 409,
    message: 'Resumed on another connection; closing this one',
    closes: true,
  },
  username_taken: { code: 409, message: 'Username already exists', closes: false },
  username_taken_lookalike: {
    code: 409,
    message: 'Another user has a name that reads like this one',
    closes: false,
  },
  caller_busy: { code: 409, message: 'You are already in a call', closes: false },
  callee_busy: { code: 409, message: 'User is busy', closes: false },
  transfer_pending: { code: 409, message: 'This call is being transferred already', closes: false },
  cannot_be_transferred: {
    code: 409,
    message: 'The client of one of the two others does not know transfers',
    closes: false,
  },
  already_in_call: { code: 409, message: 'You are already in a call or a room', closes: false },
  room_full: { code: 409, message: 'The room is full', closes: false },
  sfu_needed: {
    code: 409,
    message: 'This room sends its media through a server: a client needs the capability "sfu" for it',
    closes: false,
  },
  too_many_reactions: { code: 409, message: 'There are too many reactions to this message', closes: false },
  message_too_large: { code: 413, message: 'The message is too large to be relayed', closes: false },
  room_limit: { code: 429, message: 'There are too many rooms; try again later', closes: false },
  too_many_attempts: { code: 429, message: 'Too many attempts; try again later', closes: false },
  rate_limited: { code: 429, message: 'Too many requests; try again later', closes: false },
  flooding: {
    code: 429,
    message: 'Too many requests in spite of warnings; closing',
    closes: true,
  },
  address_banned: {
    code: 429,
    message: 'Too many requests from this address; try again later',
    closes: true,
  },
  too_many_connections: { code: 429, message: 'Too many connections from this address', closes: true },
  internal: { code: 500, message: 'Internal server error', closes: false },
  overloaded: {
    code: 503,
    message: 'Too many logins and registrations at the moment; try again',
    closes: false,
  },
  storage_unavailable: {
    code: 503,
    message: 'Accounts are not available at the moment; try again later',
    closes: false,
  },
  server_full: { code: 503, message: 'The server is full; try again later', closes: true },
  crowded_out: {
    code: 503,
    message: 'Too many connections wait to log in; closing the one that has waited longest',
    closes: true,
  },
  draining: {
    code: 503,
    message: 'The server is about to stop and takes no new calls; try again later',
    closes: false,
  },
  shutting_down: { code: 503, message: 'The server is shutting down', closes: true },
} as const

export type ErrorReason = keyof typeof errorReasons

export function isErrorReason(text: unknown): text is ErrorReason {
  return typeof text === 'string' && Object.hasOwn(errorReasons, text)
}
