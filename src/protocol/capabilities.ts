/** What a client may agree on in HELLO, and what it gets by it. PROTOCOL.md prints this table. */
export const capabilities = {
  resume: 'the session survives its connection: `session_token`, `seq`, RESUME, PEER_STATE',
  call_control:
    'RINGING, CALL_ALERTING, CALL_UPDATE, CALL_TRANSFER, CALL_QUALITY, `metadata`, `sdp` with the ring and the acceptance, `role`, `duration_ms`',
  ice_servers: 'ICE_SERVERS: STUN and TURN servers with credentials',
  goaway: 'GOAWAY when the server is about to stop, and instead of ERROR `shutting_down`',
  account: 'CHANGE_PASSWORD, DELETE_ACCOUNT, DO_NOT_DISTURB; `do_not_disturb` in LOGIN_RESPONSE and RESUMED',
  rooms: 'calls of many: ROOM_JOIN and all that begins with `ROOM_`; `room` in RESUMED',
  sfu: 'rooms whose media go through a server: `connection`, `streams`, SFU_STATE, SFU_RENEW',
  history: 'HISTORY_REQUEST, HISTORY, HISTORY_SEEN: the calls of the past, and missed ones',
  devices: 'several devices of one user: DEVICES, DEVICE_LOGOUT, CALL_MOVE',
  messages: 'text messages with history: all that begins with `MESSAGE`, and CONVERSATIONS',
  push: 'devices without a connection are woken: all that begins with `PUSH_`',
  watch: 'presence of those alone that a client shows: WATCH, WATCHED, WATCHED_ROOM',
} as const

export type Capability = keyof typeof capabilities

/** The numbers that HELLO's `protocol` may have. */
export const PROTOCOLS: readonly number[] = [1]

const combinations = new Map<string, ReadonlySet<Capability>>()

/** Those of the wanted ones that there are, in the order of the table; for all who agree on the same it is one set. */
export function agreeOn(wanted: readonly string[]): ReadonlySet<Capability> {
  const agreed = Object.keys(capabilities)
    .filter(isCapability)
    .filter((name) => wanted.includes(name))
  const combination = agreed.join()
  const known = combinations.get(combination) ?? new Set(agreed)
  combinations.set(combination, known)
  return known
}

function isCapability(name: string): name is Capability {
  return Object.hasOwn(capabilities, name)
}
