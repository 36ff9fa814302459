// @roamhq/wrtc is CommonJS that shows ES modules few of its names, so it is imported whole. Its type declarations
// re-export those of the browser's DOM library, which this project does not load: what is used of them is declared here.
import wrtc from '@roamhq/wrtc'

declare global {
  interface RTCConfiguration {
    readonly iceServers: readonly {
      readonly urls: readonly string[]
      readonly username?: string | undefined
      readonly credential?: string | undefined
    }[]
    /** 'relay': by TURN and no other way. */
    readonly iceTransportPolicy?: 'all' | 'relay'
  }

  interface RTCSessionDescriptionInit {
    readonly type: 'offer' | 'answer'
    readonly sdp: string
  }

  interface RTCIceCandidateInit {
    /** Empty: there will be no more. */
    readonly candidate: string
    readonly sdpMid: string | null
    readonly sdpMLineIndex: number | null
  }

  interface RTCDataChannel {
    readonly readyState: 'connecting' | 'open' | 'closing' | 'closed'
    onopen: (() => void) | null
    onmessage: ((event: { readonly data: unknown }) => void) | null
    send(text: string): void
  }

  interface RTCPeerConnection {
    /** A candidate of null: there will be no more. */
    onicecandidate: ((event: { readonly candidate: RTCIceCandidateInit | null }) => void) | null
    /** A server that was asked for a candidate refused; the code is that of STUN, as 401. */
    onicecandidateerror: ((event: { readonly errorCode: number }) => void) | null
    createDataChannel(
      label: string,
      options: { readonly negotiated: true; readonly id: number },
    ): RTCDataChannel
    createOffer(options?: { readonly iceRestart?: boolean }): Promise<RTCSessionDescriptionInit>
    createAnswer(): Promise<RTCSessionDescriptionInit>
    setLocalDescription(description: RTCSessionDescriptionInit): Promise<void>
    setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void>
    addIceCandidate(candidate: RTCIceCandidateInit): Promise<void>
    getStats(): Promise<ReadonlyMap<string, { readonly type: string; readonly candidateType?: string }>>
    close(): void
  }

  var RTCPeerConnection: new (configuration: RTCConfiguration) => RTCPeerConnection
}

/**
 * A peer connection, unless configured otherwise for this machine alone: without STUN and TURN. It keeps the process up
 * until it is closed.
 */
export function createPeerConnection(
  configuration: RTCConfiguration = { iceServers: [] },
): RTCPeerConnection {
  return new wrtc.RTCPeerConnection(configuration)
}
