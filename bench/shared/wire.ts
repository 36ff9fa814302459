/** The wire as a client author reads it in PROTOCOL.md, for the benchmark and the tests: nothing here is shared with src. */
export const T = {
  LOGIN_REQUEST: 0x01,
  LOGIN_RESPONSE: 0x02,
  REGISTER_REQUEST: 0x03,
  REGISTER_RESPONSE: 0x04,
  USER_LIST_REQUEST: 0x05,
  USER_LIST_RESPONSE: 0x06,
  USER_STATE_UPDATE: 0x07,
  CALL_REQUEST: 0x08,
  CALL_NOTIFICATION: 0x09,
  CALL_RESPONSE: 0x0a,
  CALL_ACCEPTED: 0x0b,
  CALL_DECLINED: 0x0c,
  SDP_OFFER: 0x0d,
  SDP_ANSWER: 0x0e,
  ICE_CANDIDATE: 0x0f,
  HANGUP: 0x10,
  HEARTBEAT: 0x11,
  ERROR: 0x12,
  LOGOUT_REQUEST: 0x13,
  LOGOUT_RESPONSE: 0x14,
  HELLO: 0x20,
  WELCOME: 0x21,
  RESUME: 0x22,
  RESUMED: 0x23,
  RESUME_REFUSED: 0x24,
  PEER_STATE: 0x25,
  RINGING: 0x26,
  CALL_UPDATE: 0x27,
  ICE_SERVERS_REQUEST: 0x28,
  ICE_SERVERS: 0x29,
  GOAWAY: 0x2a,
  CHANGE_PASSWORD: 0x2b,
  PASSWORD_CHANGED: 0x2c,
  DELETE_ACCOUNT: 0x2d,
  ACCOUNT_DELETED: 0x2e,
  ROOM_JOIN: 0x30,
  ROOM_JOINED: 0x31,
  ROOM_MEMBER: 0x32,
  ROOM_UPDATE: 0x33,
  ROOM_LEAVE: 0x34,
  ROOM_LEFT: 0x35,
  ROOM_INVITE: 0x36,
  ROOM_INVITED: 0x37,
  ROOM_REMOVE: 0x38,
  ROOM_CLOSE: 0x39,
  ROOM_LIST_REQUEST: 0x3a,
  ROOM_LIST: 0x3b,
  CALL_MOVE: 0x3c,
  CALL_MOVED: 0x3d,
  DEVICES_REQUEST: 0x3e,
  DEVICES: 0x3f,
  DEVICE_LOGOUT: 0x40,
  CALL_ALERTING: 0x48,
  CALL_TRANSFER: 0x49,
  CALL_QUALITY: 0x4c,
  HISTORY_REQUEST: 0x50,
  HISTORY: 0x51,
  HISTORY_SEEN: 0x52,
  DO_NOT_DISTURB: 0x58,
  DO_NOT_DISTURB_STATE: 0x59,
  WATCH: 0x5a,
  WATCHED: 0x5b,
  WATCHED_ROOM: 0x5c,
} as const

/** Length (4 bytes, big-endian, counting the type and the payload), type (1 byte), payload. */
export const HEADER_BYTES = 5

export function frame(type: number, payload: object): Buffer {
  const text = JSON.stringify(payload)
  const size = Buffer.byteLength(text)
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + size)
  bytes.writeUInt32BE(1 + size, 0)
  bytes.writeUInt8(type, 4)
  bytes.write(text, HEADER_BYTES)
  return bytes
}
