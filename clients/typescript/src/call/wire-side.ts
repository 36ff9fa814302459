import type { Side } from './call-state.ts'

/** One party's side as messages have it. */
interface WireSide {
  readonly on_hold?: boolean
  readonly audio_muted?: boolean
  readonly video_muted?: boolean
}

export function sideOf({ on_hold, audio_muted, video_muted }: WireSide): Partial<Side> {
  return {
    ...(on_hold !== undefined && { onHold: on_hold }),
    ...(audio_muted !== undefined && { audioMuted: audio_muted }),
    ...(video_muted !== undefined && { videoMuted: video_muted }),
  }
}

export function fieldsOf({ onHold, audioMuted, videoMuted }: Partial<Side>): WireSide {
  return {
    ...(onHold !== undefined && { on_hold: onHold }),
    ...(audioMuted !== undefined && { audio_muted: audioMuted }),
    ...(videoMuted !== undefined && { video_muted: videoMuted }),
  }
}
