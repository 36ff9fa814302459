// The wire as PROTOCOL.md has it, written down once more: nothing here comes from src.

// By their codes: LOGIN_REQUEST is 0x01.
export const NAMES = `- LOGIN_REQUEST LOGIN_RESPONSE REGISTER_REQUEST REGISTER_RESPONSE USER_LIST_REQUEST
  USER_LIST_RESPONSE USER_STATE_UPDATE CALL_REQUEST CALL_NOTIFICATION CALL_RESPONSE CALL_ACCEPTED CALL_DECLINED
  SDP_OFFER SDP_ANSWER ICE_CANDIDATE HANGUP HEARTBEAT ERROR LOGOUT_REQUEST LOGOUT_RESPONSE`.split(/\s+/)

export const T = Object.fromEntries(NAMES.map((name, code) => [name, code]))

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

/** The JSON value; undefined where it is none, or is not compact as WIRE-11 demands. */
export function parse(text) {
  try {
    const json = JSON.parse(text)
    return JSON.stringify(json) === text ? json : undefined
  } catch {
    return undefined
  }
}

export function describe({ type, text }) {
  return `${NAMES[type] ?? `type ${type}`} ${text.length > 160 ? `${text.slice(0, 160)}…` : text}`
}
