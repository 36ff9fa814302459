// Made from the message table of the server by `npm run docs`. Do not edit.

/** What the server sends. Fields that version 1 does not have may be absent. */
export interface ServerPayloads {
  LOGIN_RESPONSE:
    | {
        readonly success: true
        readonly user_id: string
        readonly username: string
        readonly session_token?: string
        readonly resume_window_ms?: number
        readonly do_not_disturb?: boolean
      }
    | { readonly success: false; readonly error: string; readonly reason?: string }
  REGISTER_RESPONSE:
    | { readonly success: true; readonly user_id: string; readonly username: string }
    | { readonly success: false; readonly error: string; readonly reason?: string }
  USER_LIST_RESPONSE: {
    readonly users: readonly {
      readonly user_id: string
      readonly username: string
      readonly state: 'Disconnected' | 'Available' | 'Busy'
    }[]
    readonly truncated?: true
    readonly next_cursor?: string
  }
  USER_STATE_UPDATE: {
    readonly user_id: string
    readonly username: string
    readonly state: 'Disconnected' | 'Available' | 'Busy'
  }
  CALL_NOTIFICATION: {
    readonly call_id: string
    readonly from_user_id: string
    readonly from_username: string
    readonly sdp?: string
    readonly metadata?: Readonly<Record<string, unknown>>
    readonly transferred_by_user_id?: string
    readonly transferred_by_username?: string
    readonly seq?: number
  }
  CALL_ACCEPTED: {
    readonly call_id: string
    readonly peer_user_id: string
    readonly peer_username: string
    readonly role?: 'caller' | 'callee'
    readonly sdp?: string
    readonly replaces?: string
    readonly seq?: number
  }
  CALL_DECLINED: {
    readonly call_id: string
    readonly peer_user_id: string
    readonly peer_username: string
    readonly reason?: string
    readonly duration_ms?: number
    readonly seq?: number
  }
  SDP_OFFER: {
    readonly call_id: string
    readonly from_user_id: string
    readonly to_user_id: string
    readonly sdp: string
    readonly connection?: string
    readonly streams?: readonly {
      readonly mid: string
      readonly user_id: string
      readonly kind: 'audio' | 'video'
      readonly source: string
    }[]
    readonly seq?: number
  }
  SDP_ANSWER: {
    readonly call_id: string
    readonly from_user_id: string
    readonly to_user_id: string
    readonly sdp: string
    readonly connection?: string
    readonly seq?: number
  }
  ICE_CANDIDATE: {
    readonly call_id: string
    readonly from_user_id: string
    readonly to_user_id: string
    readonly candidate: string
    readonly sdp_mid: string
    readonly sdp_mline_index: number
    readonly connection?: string
    readonly seq?: number
  }
  HANGUP: {
    readonly call_id: string
    readonly from_user_id?: string
    readonly from_username?: string
    readonly reason?: string
    readonly duration_ms?: number
    readonly seq?: number
  }
  HEARTBEAT: { readonly timestamp: number }
  ERROR: {
    readonly code: number
    readonly message: string
    readonly reason?: string
    readonly in_reply_to?: number
    readonly supported_protocols?: readonly number[]
    readonly retry_after_ms?: number
    readonly current_score?: number
    readonly max_score?: number
    readonly connection?: string
    readonly seq?: number
  }
  LOGOUT_RESPONSE: { readonly success: boolean; readonly error: null }
  WELCOME: {
    readonly protocol: number
    readonly server: string
    readonly capabilities: readonly string[]
    readonly limits: Readonly<Record<string, unknown>>
    readonly server_info?: {
      readonly name: string
      readonly icon_url: string
      readonly registration: 'open' | 'invite' | 'closed'
    }
  }
  RESUMED: {
    readonly user_id: string
    readonly username: string
    readonly session_token: string
    readonly resume_window_ms: number
    readonly replayed: number
    readonly received: number
    readonly call: {
      readonly call_id: string
      readonly phase: 'ringing' | 'active'
      readonly role: 'caller' | 'callee'
      readonly peer_user_id: string
      readonly peer_username: string
      readonly peer_state: 'connected' | 'reconnecting'
      readonly own: {
        readonly on_hold: boolean
        readonly audio_muted: boolean
        readonly video_muted: boolean
      }
      readonly peer: {
        readonly on_hold: boolean
        readonly audio_muted: boolean
        readonly video_muted: boolean
      }
      readonly duration_ms: number
      readonly expires_in_ms?: number
      readonly alerting?: boolean
    } | null
    readonly room?: {
      readonly room_id: string
      readonly name: string
      readonly mode: 'mesh' | 'sfu'
      readonly max_members: number
      readonly invite_only: boolean
      readonly members: readonly {
        readonly user_id: string
        readonly username: string
        readonly nickname: string
        readonly audio_muted: boolean
        readonly video_muted: boolean
        readonly state: 'connected' | 'reconnecting'
        readonly connected_to_voice?: boolean
        readonly stream_id?: string
        readonly muted_by_owner?: readonly ('audio' | 'video')[]
      }[]
      readonly owner_user_id?: string
    } | null
    readonly do_not_disturb?: boolean
  }
  RESUME_REFUSED: { readonly reason: string }
  PEER_STATE: {
    readonly call_id: string
    readonly state: 'connected' | 'reconnecting' | 'moved'
    readonly seq?: number
  }
  RINGING: {
    readonly call_id: string
    readonly peer_user_id: string
    readonly peer_username: string
    readonly expires_in_ms: number
    readonly alerting?: true
    readonly seq?: number
  }
  CALL_UPDATE: {
    readonly call_id: string
    readonly from_user_id: string
    readonly on_hold?: boolean
    readonly audio_muted?: boolean
    readonly video_muted?: boolean
    readonly seq?: number
  }
  ICE_SERVERS: {
    readonly ice_servers: readonly {
      readonly urls: readonly string[]
      readonly username?: string
      readonly credential?: string
    }[]
    readonly ttl_secs?: number
    readonly gathering_timeout_ms: number
    readonly connection_timeout_ms: number
    readonly rtp_port_range: { readonly start: number; readonly end: number }
  }
  GOAWAY: { readonly reason: string; readonly reconnect_after_ms: number }
  PASSWORD_CHANGED: Readonly<Record<string, never>>
  ACCOUNT_DELETED: Readonly<Record<string, never>>
  ROOM_JOINED: {
    readonly room_id: string
    readonly name: string
    readonly mode: 'mesh' | 'sfu'
    readonly max_members: number
    readonly invite_only: boolean
    readonly members: readonly {
      readonly user_id: string
      readonly username: string
      readonly nickname: string
      readonly audio_muted: boolean
      readonly video_muted: boolean
      readonly state: 'connected' | 'reconnecting'
      readonly connected_to_voice?: boolean
      readonly stream_id?: string
      readonly muted_by_owner?: readonly ('audio' | 'video')[]
    }[]
    readonly owner_user_id?: string
    readonly seq?: number
  }
  ROOM_MEMBER: {
    readonly room_id: string
    readonly event: 'joined' | 'left' | 'updated' | 'reconnecting' | 'connected'
    readonly member: {
      readonly user_id: string
      readonly username: string
      readonly nickname: string
      readonly audio_muted: boolean
      readonly video_muted: boolean
      readonly state: 'connected' | 'reconnecting'
      readonly connected_to_voice?: boolean
      readonly stream_id?: string
      readonly muted_by_owner?: readonly ('audio' | 'video')[]
    }
    readonly reason?: string
    readonly seq?: number
  }
  ROOM_LEFT: { readonly room_id: string; readonly reason: string; readonly seq?: number }
  ROOM_INVITED: {
    readonly room_id: string
    readonly name: string
    readonly from_user_id: string
    readonly from_username: string
    readonly invite: string
    readonly expires_in_ms: number
    readonly seq?: number
  }
  ROOM_LIST: {
    readonly rooms: readonly {
      readonly room_id: string
      readonly name: string
      readonly max_members: number
      readonly invite_only: boolean
      readonly members: number
    }[]
    readonly next_cursor?: string
  }
  CALL_MOVED: {
    readonly call_id: string
    readonly role: 'caller' | 'callee'
    readonly peer_user_id: string
    readonly peer_username: string
    readonly own: { readonly on_hold: boolean; readonly audio_muted: boolean; readonly video_muted: boolean }
    readonly peer: { readonly on_hold: boolean; readonly audio_muted: boolean; readonly video_muted: boolean }
    readonly peer_state: 'connected' | 'reconnecting'
    readonly duration_ms: number
    readonly seq?: number
  }
  DEVICES: {
    readonly devices: readonly {
      readonly session_id: string
      readonly client: string
      readonly transport: string
      readonly since: number
      readonly connected: boolean
      readonly this: boolean
      readonly call_id?: string
    }[]
  }
  CALL_TRANSFER: {
    readonly call_id: string
    readonly from_user_id: string
    readonly to_user_id: string
    readonly to_username: string
    readonly new_call_id: string
    readonly state: 'ringing' | 'failed'
    readonly expires_in_ms?: number
    readonly reason?: string
    readonly seq?: number
  }
  HISTORY: {
    readonly entries: readonly {
      readonly call_id: string
      readonly peer_user_id: string
      readonly peer_username: string
      readonly direction: 'incoming' | 'outgoing'
      readonly outcome: string
      readonly started_at: number
      readonly duration_ms: number
      readonly seen: boolean
    }[]
    readonly unseen: number
    readonly next_cursor?: string
  }
  HISTORY_SEEN: { readonly unseen: number }
  DO_NOT_DISTURB_STATE: { readonly on: boolean }
  WATCHED: {
    readonly all: boolean
    readonly users: readonly {
      readonly user_id: string
      readonly username?: string
      readonly state: 'Disconnected' | 'Available' | 'Busy'
    }[]
    readonly rooms: readonly {
      readonly room_id: string
      readonly name?: string
      readonly max_members?: number
      readonly invite_only?: boolean
      readonly members: number
    }[]
  }
  WATCHED_ROOM: {
    readonly room_id: string
    readonly name?: string
    readonly max_members?: number
    readonly invite_only?: boolean
    readonly members: number
  }
  MESSAGE: {
    readonly message_id: string
    readonly conversation_id: string
    readonly from_user_id: string
    readonly from_username: string
    readonly text: string
    readonly attachments: readonly {
      readonly file_id: string
      readonly name: string
      readonly type: string
      readonly bytes: number
      readonly thumbnail?: string
    }[]
    readonly client_id: string
    readonly created_at: number
    readonly edited_at?: number
    readonly deleted_at?: number
    readonly reactions?: readonly { readonly reaction: string; readonly user_ids: readonly string[] }[]
  }
  MESSAGE_READ: {
    readonly conversation_id: string
    readonly user_id: string
    readonly up_to: string
    readonly unread?: number
  }
  MESSAGE_EDIT: {
    readonly conversation_id: string
    readonly message_id: string
    readonly text: string
    readonly edited_at: number
  }
  MESSAGE_DELETE: {
    readonly conversation_id: string
    readonly message_id: string
    readonly user_id: string
    readonly deleted_at: number
  }
  MESSAGE_REACT: {
    readonly conversation_id: string
    readonly message_id: string
    readonly user_id: string
    readonly reaction: string
    readonly on: boolean
  }
  MESSAGE_TYPING: { readonly conversation_id: string; readonly user_id: string }
  CONVERSATIONS: {
    readonly conversations: readonly {
      readonly conversation_id: string
      readonly peer_user_id?: string
      readonly peer_username?: string
      readonly last_message?: {
        readonly message_id: string
        readonly conversation_id: string
        readonly from_user_id: string
        readonly from_username: string
        readonly text: string
        readonly attachments: readonly {
          readonly file_id: string
          readonly name: string
          readonly type: string
          readonly bytes: number
          readonly thumbnail?: string
        }[]
        readonly client_id: string
        readonly created_at: number
        readonly edited_at?: number
        readonly deleted_at?: number
        readonly reactions?: readonly { readonly reaction: string; readonly user_ids: readonly string[] }[]
      }
      readonly unread: number
      readonly read_up_to?: string
      readonly peer_read_up_to?: string
    }[]
    readonly more: boolean
  }
  MESSAGES: {
    readonly messages: readonly {
      readonly message_id: string
      readonly conversation_id: string
      readonly from_user_id: string
      readonly from_username: string
      readonly text: string
      readonly attachments: readonly {
        readonly file_id: string
        readonly name: string
        readonly type: string
        readonly bytes: number
        readonly thumbnail?: string
      }[]
      readonly client_id: string
      readonly created_at: number
      readonly edited_at?: number
      readonly deleted_at?: number
      readonly reactions?: readonly { readonly reaction: string; readonly user_ids: readonly string[] }[]
    }[]
    readonly more: boolean
  }
  SFU_STATE: { readonly room_id: string; readonly state: 'lost' | 'ready'; readonly seq?: number }
  SFU_SPEAKING: { readonly room_id: string; readonly user_ids: readonly string[] }
  SFU_MUTED: {
    readonly room_id: string
    readonly kind: 'audio' | 'video'
    readonly muted: boolean
    readonly seq?: number
  }
  PUSH_KEY: { readonly public_key: string }
  PUSH_STATE: { readonly subscriptions: number }
}
export type ServerMessage = {
  [Name in keyof ServerPayloads]: { readonly type: Name; readonly payload: ServerPayloads[Name] }
}[keyof ServerPayloads]
