// The wire as PROTOCOL.md has it, written down once more: nothing here comes from src.

const OF_V1 = `- LOGIN_REQUEST LOGIN_RESPONSE REGISTER_REQUEST REGISTER_RESPONSE USER_LIST_REQUEST
  USER_LIST_RESPONSE USER_STATE_UPDATE CALL_REQUEST CALL_NOTIFICATION CALL_RESPONSE CALL_ACCEPTED CALL_DECLINED
  SDP_OFFER SDP_ANSWER ICE_CANDIDATE HANGUP HEARTBEAT ERROR LOGOUT_REQUEST LOGOUT_RESPONSE`.split(/\s+/)

// LOGIN_REQUEST is 0x01. Of those of HELLO, what this program needs.
export const T = {
  ...Object.fromEntries(OF_V1.map((name, code) => [name, code])),
  ...{ HELLO: 0x20, WELCOME: 0x21, DELETE_ACCOUNT: 0x2d, ACCOUNT_DELETED: 0x2e },
}

/** By their codes. */
export const NAMES = Object.fromEntries(Object.entries(T).map(([name, code]) => [code, name]))

export const MAX_FRAME_LENGTH = 1_048_576

/** Bytes as one writes them down; spaces are for the eye. */
export function hex(text) {
  return Buffer.from(text.replace(/\s/g, ''), 'hex')
}

/** 4 bytes length, big-endian, counting the type byte and the payload; 1 byte type; the payload. */
export function frame(type, json) {
  const payload = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json))
  const header = Buffer.from([0, 0, 0, 0, type])
  header.writeUInt32BE(1 + payload.length)
  return Buffer.concat([header, payload])
}

// What clients look for, in the order in which they must find it.
const FIELDS = {
  LOGIN_RESPONSE: [/^success,user_id,username/, /^success,error/],
  REGISTER_RESPONSE: [/^success,user_id,username/, /^success,error/],
  USER_LIST_RESPONSE: [/^users/],
  USER_STATE_UPDATE: [/^user_id,username,state$/],
  CALL_NOTIFICATION: [/^call_id,from_user_id,from_username/],
  CALL_ACCEPTED: [/^call_id,peer_user_id,peer_username/],
  CALL_DECLINED: [/^call_id,peer_user_id,peer_username,reason/],
  SDP_OFFER: [/^call_id,from_user_id,to_user_id,sdp$/],
  SDP_ANSWER: [/^call_id,from_user_id,to_user_id,sdp$/],
  ICE_CANDIDATE: [/^call_id,from_user_id,to_user_id,candidate,sdp_mid,sdp_mline_index$/],
  HANGUP: [/^call_id,reason/],
  HEARTBEAT: [/^timestamp/],
  ERROR: [/^code,message,reason/],
  LOGOUT_RESPONSE: [/^success,error/],
  WELCOME: [/^protocol,server,capabilities,limits/],
  ACCOUNT_DELETED: [/^(request_id)?$/],
}

/** The JSON object; undefined where it is none, or is not as WIRE-11 demands: compact, the fields of v1 first. */
export function parse(type, text) {
  try {
    const json = JSON.parse(text)
    const fields = Object.keys(json)
    const inOrder = FIELDS[NAMES[type]].some((pattern) => pattern.test(fields.join()))
    const idLast = !fields.includes('request_id') || fields.at(-1) === 'request_id'
    return inOrder && idLast && JSON.stringify(json) === text ? json : undefined
  } catch {
    return undefined
  }
}

export function describe({ type, text }) {
  return `${NAMES[type] ?? `type ${type}`} ${text.length > 160 ? `${text.slice(0, 160)}…` : text}`
}
