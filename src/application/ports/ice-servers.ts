import type { UserId } from '../../domain/ids.ts'

/** What an RTCPeerConnection takes as one of its `iceServers`: the WebRTC standard's RTCIceServer. */
export interface IceServer {
  /** RFC 7064 and RFC 7065: `stun:host:port`, `turn:host:port?transport=udp`. */
  readonly urls: readonly string[]
  /** Both for TURN, neither for STUN. */
  readonly username?: string
  readonly credential?: string
}

export interface IceConfiguration {
  readonly servers: readonly IceServer[]
  /** How long the credentials in it are good, in seconds from the issue; absent where nothing in it expires. */
  readonly ttlSecs?: number
}

/** The servers by which clients find a way to each other. */
export interface IceServers {
  /** Fresh credentials at every call, in this user's name. Earlier ones stay good until they expire. */
  issue(user: UserId): IceConfiguration
}
