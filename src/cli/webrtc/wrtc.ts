import { createRequire } from 'node:module'

/** WebRTC for Node, which the server itself does not need: the optional package @roamhq/wrtc. */
export interface Wrtc {
  readonly RTCPeerConnection: unknown
  readonly MediaStream: new (tracks: readonly unknown[]) => unknown
  readonly nonstandard: {
    readonly RTCAudioSource: new () => AudioSource
    readonly RTCVideoSource: new () => VideoSource
    readonly RTCAudioSink: new (track: unknown) => AudioSink
    readonly RTCVideoSink: new (track: unknown) => VideoSink
  }
}

/** One's own keeps the process up until it is stopped. */
interface Track {
  stop(): void
}

interface AudioSource {
  createTrack(): Track
  onData(data: unknown): void
}

interface VideoSource {
  createTrack(): Track
  onFrame(frame: unknown): void
}

interface AudioSink {
  ondata: ((data: object) => void) | null
  stop(): void
}

interface VideoSink {
  onframe: ((event: { readonly frame: unknown }) => void) | null
  stop(): void
}

/** Undefined where it is not installed. */
export function loadWrtc(): Wrtc | undefined {
  try {
    // CommonJS whose types are those of the browser, which this program does not load.
    const loaded: unknown = createRequire(import.meta.url)('@roamhq/wrtc')
    return isWrtc(loaded) ? loaded : undefined
  } catch {
    return undefined
  }
}

function isWrtc(loaded: unknown): loaded is Wrtc {
  return (
    typeof loaded === 'object' && loaded !== null && 'RTCPeerConnection' in loaded && 'nonstandard' in loaded
  )
}
