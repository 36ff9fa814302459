/** What RTCPeerConnection takes in `iceServers`. */
export interface IceServer {
  readonly urls: readonly string[]
  readonly username?: string
  readonly credential?: string
}
