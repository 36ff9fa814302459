import type { ClientMessage, ServerMessage } from '../../src/protocol/message-table.ts'

/** From a user's id to its name. */
type NameOf = (userId: string) => string

/** What a request says, in a few words: no secret, and of SDP and candidates nothing but size and kind. */
export function describeRequest({ type: kind, payload }: ClientMessage, nameOf: NameOf): string {
  switch (kind) {
    case 'REGISTER_REQUEST':
    case 'LOGIN_REQUEST':
      return 'token' in payload ? 'with a token' : `as ${payload.username}, with a password`
    case 'CHANGE_PASSWORD':
    case 'DELETE_ACCOUNT':
      return 'with a password'
    case 'LOGOUT_REQUEST':
    case 'USER_LIST_REQUEST':
    case 'ICE_SERVERS_REQUEST':
      return ''
    case 'HELLO':
      return payload.capabilities.join(', ')
    case 'RESUME':
      return `with a token, after message ${payload.last_seq}`
    case 'WATCH':
      return payload.all === true ? 'everybody' : (payload.user_ids ?? []).map(nameOf).join(', ')
    case 'DO_NOT_DISTURB':
      return payload.on ? 'on' : 'off'
    case 'CALL_UPDATE':
      return `${call(payload)}${changes(payload)}`
    case 'CALL_REQUEST':
      return `to ${nameOf(payload.to_user_id)}`
    case 'CALL_RESPONSE':
      return `${payload.accepted ? 'accepted' : 'declined'}, ${call(payload)}`
    case 'SDP_OFFER':
    case 'SDP_ANSWER':
      return `to ${nameOf(payload.to_user_id)}, ${sdp(payload)}`
    case 'ICE_CANDIDATE':
      return `to ${nameOf(payload.to_user_id)}, ${candidate(payload)}`
    case 'HANGUP':
    case 'CALL_ALERTING':
      return call(payload)
    case 'CALL_TRANSFER':
      return `to ${nameOf(payload.to_user_id)}, ${call(payload)}`
    case 'ROOM_JOIN':
    case 'ROOM_UPDATE':
    case 'ROOM_LEAVE':
    case 'ROOM_CLOSE':
    case 'SFU_RENEW':
    case 'SFU_LAYERS':
      return `room ${payload.room_id}`
    case 'ROOM_INVITE':
      return `${nameOf(payload.to_user_id)} into room ${payload.room_id}`
    case 'SFU_MUTE':
      return `${payload.kind} of ${nameOf(payload.user_id)}, room ${payload.room_id}`
    case 'ROOM_REMOVE':
      return `${nameOf(payload.user_id)} from room ${payload.room_id}`
    case 'DEVICE_LOGOUT':
      return `session ${payload.session_id}`
    case 'CALL_MOVE':
      return call(payload)
    case 'DEVICES_REQUEST':
    case 'ROOM_LIST_REQUEST':
    case 'HISTORY_REQUEST':
    case 'HISTORY_SEEN':
    case 'CALL_QUALITY':
    case 'CONVERSATIONS_REQUEST':
    case 'MESSAGES_REQUEST':
    case 'MESSAGE_SEARCH':
    case 'MESSAGE_TYPING':
    case 'PUSH_KEY':
      return ''
    case 'PUSH_SUBSCRIBE':
    case 'PUSH_UNSUBSCRIBE':
      return 'a device that can be woken'
    case 'MESSAGE_SEND':
      return `to ${payload.to_user_id === undefined ? (payload.conversation_id ?? '') : nameOf(payload.to_user_id)}`
    case 'MESSAGE_READ':
      return `up to ${payload.up_to}`
    case 'MESSAGE_EDIT':
    case 'MESSAGE_DELETE':
    case 'MESSAGE_REACT':
      return payload.message_id
    case 'HEARTBEAT':
      return payload.ack === undefined ? '' : `has got message ${payload.ack}`
  }
  kind satisfies never
}

/** The same of what the server says. */
export function describePush({ type: kind, payload }: ServerMessage, nameOf: NameOf): string {
  switch (kind) {
    case 'REGISTER_RESPONSE':
    case 'LOGIN_RESPONSE':
      return payload.success ? `success, user ${shortId(payload.user_id)}` : `refused: ${payload.error}`
    case 'LOGOUT_RESPONSE':
      return payload.success ? 'success' : 'refused'
    case 'USER_LIST_RESPONSE':
      return payload.users.map(({ username, state }) => `${username} ${state}`).join(', ')
    case 'USER_STATE_UPDATE':
      return `${payload.username} is now ${payload.state}`
    case 'CALL_NOTIFICATION':
      return `from ${payload.from_username}, ${call(payload)}`
    case 'CALL_ACCEPTED':
      return `by ${payload.peer_username}, ${call(payload)}`
    case 'CALL_DECLINED':
      return `by ${payload.peer_username}, ${call(payload)}, reason ${payload.reason}`
    case 'SDP_OFFER':
    case 'SDP_ANSWER':
      return `from ${nameOf(payload.from_user_id)}, ${sdp(payload)}`
    case 'ICE_CANDIDATE':
      return `from ${nameOf(payload.from_user_id)}, ${candidate(payload)}`
    case 'HANGUP':
      return `${call(payload)}, reason ${payload.reason}${duration(payload)}`
    case 'HEARTBEAT':
    case 'PASSWORD_CHANGED':
    case 'ACCOUNT_DELETED':
      return ''
    case 'DO_NOT_DISTURB_STATE':
      return payload.on ? 'on' : 'off'
    case 'ERROR':
      return `${payload.code} ${payload.message}`
    case 'WELCOME':
      return `${payload.server}: ${payload.capabilities.join(', ')}`
    case 'GOAWAY':
      return `${payload.reason}, back in ${payload.reconnect_after_ms} ms`
    case 'RESUMED':
      return `${payload.call === null ? 'no call' : call(payload.call)}, missed messages that follow: ${payload.replayed}`
    case 'RESUME_REFUSED':
      return payload.reason
    case 'PEER_STATE':
      return `the other party is ${payload.state}, ${call(payload)}`
    case 'RINGING':
      return `${payload.peer_username} ${payload.alerting === true ? 'alerts' : 'is rung'}, for ${payload.expires_in_ms / 1000} s, ${call(payload)}`
    case 'CALL_TRANSFER':
      return `to ${payload.to_username}: ${payload.state}, ${call(payload)}`
    case 'CALL_UPDATE':
      return `from ${nameOf(payload.from_user_id)}, ${call(payload)}${changes(payload)}`
    case 'ROOM_JOINED':
      return `room ${payload.room_id}: ${payload.members.map(({ nickname }) => nickname).join(', ')}`
    case 'ROOM_MEMBER':
      return `${payload.member.nickname} ${payload.event}, room ${payload.room_id}`
    case 'ROOM_LEFT':
      return `room ${payload.room_id}, reason ${payload.reason}`
    case 'SFU_STATE':
      return `${payload.state}, room ${payload.room_id}`
    case 'SFU_MUTED':
      return `${payload.kind} ${payload.muted ? 'muted' : 'not muted'}, room ${payload.room_id}`
    case 'SFU_SPEAKING':
      return payload.user_ids.map(nameOf).join(', ')
    case 'ROOM_INVITED':
      return `into room ${payload.room_id}, by ${payload.from_username}`
    case 'ROOM_LIST':
      return payload.rooms.map(({ room_id }) => room_id).join(', ')
    case 'HISTORY':
      return payload.entries.map(({ peer_username: peer, outcome }) => `${peer} ${outcome}`).join(', ')
    case 'HISTORY_SEEN':
      return `missed calls not seen: ${payload.unseen}`
    case 'CALL_MOVED':
      return `with ${payload.peer_username}, ${call(payload)}`
    case 'DEVICES':
      return payload.devices.map(({ client, session_id }) => `${client} ${session_id}`).join(', ')
    case 'WATCHED':
      return payload.users.map(({ user_id, state }) => `${nameOf(user_id)} ${state}`).join(', ')
    case 'WATCHED_ROOM':
      return `room ${payload.room_id}: ${payload.members}`
    case 'MESSAGE':
      return `${payload.message_id} from ${payload.from_username}`
    case 'MESSAGE_READ':
      return `${nameOf(payload.user_id)} up to ${payload.up_to}`
    case 'MESSAGE_EDIT':
    case 'MESSAGE_DELETE':
    case 'MESSAGE_REACT':
      return payload.message_id
    case 'MESSAGE_TYPING':
      return nameOf(payload.user_id)
    case 'MESSAGES':
      return `${payload.messages.length}`
    case 'CONVERSATIONS':
      return `${payload.conversations.length}`
    case 'PUSH_KEY':
      return ''
    case 'PUSH_STATE':
      return `devices that can be woken: ${payload.subscriptions}`
    case 'ICE_SERVERS':
      return payload.ice_servers.flatMap(({ urls }) => urls).join(', ')
  }
  kind satisfies never
}

function call({ call_id: id }: { readonly call_id: string }): string {
  return `call ${shortId(id)}`
}

function duration({ duration_ms: ms }: { readonly duration_ms?: number | undefined }): string {
  return ms === undefined ? '' : `, after ${(ms / 1000).toFixed(1)} s`
}

function changes(payload: Readonly<Record<string, unknown>>): string {
  return ['on_hold', 'audio_muted', 'video_muted']
    .filter((name) => payload[name] !== undefined)
    .map((name) => `, ${name} ${String(payload[name])}`)
    .join('')
}

function shortId(id: string): string {
  return `${id.slice(0, 4)}…`
}

function sdp(payload: { readonly sdp: string }): string {
  return `SDP (${Buffer.byteLength(payload.sdp)} bytes)`
}

// "candidate:842163049 1 udp 1677729535 192.0.2.1 46154 typ host …" (RFC 8839, section 5.1)
function candidate({ candidate: line }: { readonly candidate: string }): string {
  if (line === '') return 'no more candidates'
  const kind = / typ (host|srflx|prflx|relay)\b/.exec(line)?.[1] ?? 'unknown'
  return `kind ${kind} (${line.length} bytes)`
}
