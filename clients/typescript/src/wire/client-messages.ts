// Made from the message table of the server by `npm run docs`. Do not edit.

/** What a client sends. */
export interface ClientPayloads {
  LOGIN_REQUEST: { readonly username: string; readonly password_hash: string } | { readonly token?: string }
  REGISTER_REQUEST: { readonly username: string; readonly password_hash: string; readonly invite?: string }
  USER_LIST_REQUEST: {
    readonly cursor?: string
    readonly limit?: number
    readonly query?: string
    readonly state?: 'Disconnected' | 'Available' | 'Busy'
  }
  CALL_REQUEST: {
    readonly to_user_id: string
    readonly sdp?: string
    readonly metadata?: Readonly<Record<string, unknown>>
  }
  CALL_RESPONSE: { readonly call_id: string; readonly accepted: boolean; readonly sdp?: string }
  SDP_OFFER: {
    readonly call_id: string
    readonly from_user_id?: string
    readonly to_user_id: string
    readonly sdp: string
    readonly connection?: string
  }
  SDP_ANSWER: {
    readonly call_id: string
    readonly from_user_id?: string
    readonly to_user_id: string
    readonly sdp: string
    readonly connection?: string
  }
  ICE_CANDIDATE: {
    readonly call_id: string
    readonly from_user_id?: string
    readonly to_user_id: string
    readonly candidate: string
    readonly sdp_mid: string
    readonly sdp_mline_index: number
    readonly connection?: string
  }
  HANGUP: { readonly call_id: string }
  HEARTBEAT: { readonly timestamp: number; readonly ack?: number }
  LOGOUT_REQUEST: Readonly<Record<string, never>>
  HELLO: { readonly protocol: number; readonly client: string; readonly capabilities: readonly string[] }
  RESUME: { readonly session_token: string; readonly last_seq: number }
  CALL_UPDATE: {
    readonly call_id: string
    readonly on_hold?: boolean
    readonly audio_muted?: boolean
    readonly video_muted?: boolean
  }
  ICE_SERVERS_REQUEST: Readonly<Record<string, never>>
  CHANGE_PASSWORD: { readonly password_hash: string; readonly new_password_hash: string }
  DELETE_ACCOUNT: { readonly password_hash: string }
  ROOM_JOIN: { readonly room_id: string; readonly nickname?: string; readonly invite?: string }
  ROOM_UPDATE: {
    readonly room_id: string
    readonly nickname?: string
    readonly audio_muted?: boolean
    readonly video_muted?: boolean
  }
  ROOM_LEAVE: { readonly room_id: string }
  ROOM_INVITE: { readonly room_id: string; readonly to_user_id: string }
  ROOM_REMOVE: { readonly room_id: string; readonly user_id: string }
  ROOM_CLOSE: { readonly room_id: string }
  ROOM_LIST_REQUEST: { readonly cursor?: string; readonly limit?: number }
  CALL_MOVE: { readonly call_id: string }
  DEVICES_REQUEST: Readonly<Record<string, never>>
  DEVICE_LOGOUT: { readonly session_id: string }
  CALL_ALERTING: { readonly call_id: string }
  CALL_TRANSFER: { readonly call_id: string; readonly to_user_id: string }
  CALL_QUALITY: {
    readonly call_id: string
    readonly rtt_ms?: number
    readonly jitter_ms?: number
    readonly loss_percent?: number
    readonly bitrate_kbps?: number
    readonly score?: number
    readonly relayed?: boolean
  }
  HISTORY_REQUEST: { readonly cursor?: string; readonly limit?: number; readonly missed?: boolean }
  HISTORY_SEEN: { readonly call_id?: string; readonly up_to?: number }
  DO_NOT_DISTURB: { readonly on: boolean }
  WATCH: {
    readonly user_ids?: readonly string[]
    readonly room_ids?: readonly string[]
    readonly all?: boolean
  }
  MESSAGE_SEND: {
    readonly text?: string
    readonly attachments?: readonly { readonly file_id: string }[]
    readonly client_id: string
    readonly conversation_id?: string
    readonly to_user_id?: string
  }
  MESSAGE_READ: { readonly conversation_id: string; readonly up_to: string }
  MESSAGE_EDIT: { readonly conversation_id: string; readonly message_id: string; readonly text: string }
  MESSAGE_DELETE: { readonly conversation_id: string; readonly message_id: string }
  MESSAGE_REACT: {
    readonly conversation_id: string
    readonly message_id: string
    readonly reaction: string
    readonly on: boolean
  }
  MESSAGE_TYPING: { readonly conversation_id: string }
  CONVERSATIONS_REQUEST: { readonly limit?: number; readonly before?: string }
  MESSAGES_REQUEST: { readonly limit?: number; readonly before?: string; readonly conversation_id: string }
  MESSAGE_SEARCH: {
    readonly limit?: number
    readonly before?: string
    readonly query: string
    readonly conversation_id?: string
  }
  SFU_RENEW: { readonly room_id: string }
  SFU_MUTE: {
    readonly room_id: string
    readonly user_id: string
    readonly kind: 'audio' | 'video'
    readonly muted: boolean
  }
  SFU_LAYERS: {
    readonly room_id: string
    readonly connection: string
    readonly mid: string
    readonly substream?: number
    readonly temporal?: number
  }
  PUSH_SUBSCRIBE: {
    readonly endpoint: string
    readonly keys: { readonly p256dh: string; readonly auth: string }
  }
  PUSH_UNSUBSCRIBE: { readonly endpoint: string }
  PUSH_KEY: Readonly<Record<string, never>>
}
export type ClientMessage = {
  [Name in keyof ClientPayloads]: { readonly type: Name; readonly payload: ClientPayloads[Name] }
}[keyof ClientPayloads]
