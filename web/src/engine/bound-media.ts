import type { Call, Client } from 'roomrtc-client'
import type { Action } from '../model/action.ts'

export interface BoundMedia {
  readonly setStream: (stream: MediaStream) => Promise<void>
  readonly share: (stream: MediaStream) => Promise<void>
  readonly stopSharing: () => Promise<void>
  readonly safetyNumber: () => Promise<string | undefined>
  readonly close: () => void
}

/** What calls need besides signaling, loaded when the first one is near. */
export function loadMedia() {
  return import('roomrtc-client/media')
}

/** So that the first call does not wait for it. */
export function loadMediaSoon(): void {
  void loadMedia().catch(() => undefined)
}

/** The connection over which a call is heard and seen, as the screen shows it. */
export async function boundMedia(
  client: Client,
  call: Call,
  stream: MediaStream | undefined,
  dispatch: (action: Action) => void,
): Promise<BoundMedia> {
  const { bindMedia, safetyNumber } = await loadMedia()
  const media = bindMedia(client, call, stream === undefined ? {} : { stream })
  const offs = [
    media.on('state', ({ name }) => {
      dispatch({ type: 'call_link', link: name })
    }),
    media.on('track', () => {
      dispatch({ type: 'call_remote', remote: media.remoteStream })
    }),
    media.on('quality', (quality) => {
      dispatch({ type: 'call_quality', quality })
    }),
    media.on('sharing', (isSharing) => {
      dispatch({ type: 'call_sharing', isSharing })
    }),
  ]
  return {
    setStream: (next) => media.setStream(next),
    share: (screen) => media.shareScreen(screen),
    stopSharing: () => media.stopSharing(),
    safetyNumber: () => safetyNumber(media.peerConnection),
    close() {
      for (const off of offs) off()
      media.close()
    },
  }
}
