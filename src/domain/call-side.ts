/** What one party has done to its end of an active call, as it shows the other. */
export interface CallSide {
  readonly onHold: boolean
  readonly audioMuted: boolean
  readonly videoMuted: boolean
}

/** What a party changes; what is absent stays. */
export type CallSideChange = { readonly [Key in keyof CallSide]?: boolean | undefined }

export const untouchedSide: CallSide = { onHold: false, audioMuted: false, videoMuted: false }

export function changeSide(side: CallSide, change: CallSideChange): CallSide {
  return {
    onHold: change.onHold ?? side.onHold,
    audioMuted: change.audioMuted ?? side.audioMuted,
    videoMuted: change.videoMuted ?? side.videoMuted,
  }
}
