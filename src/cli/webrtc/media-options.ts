import type { MediaOptions } from 'roomrtc-client/media'
import { CHANNEL } from './channel.ts'
import type { Wrtc } from './wrtc.ts'

/** For a call in Node: a data channel, and what is sent, if anything is. */
export function mediaOptions({ RTCPeerConnection }: Wrtc, stream?: unknown): MediaOptions {
  const options: unknown = {
    RTCPeerConnection,
    dataChannel: CHANNEL,
    quality: false,
    ...(stream === undefined ? {} : { stream }),
  }
  if (!isMediaOptions(options)) throw new TypeError('@roamhq/wrtc has no RTCPeerConnection')
  return options
}

// The types are those of a browser, whose library this program does not load.
function isMediaOptions(options: unknown): options is MediaOptions {
  return (
    typeof options === 'object' &&
    options !== null &&
    'RTCPeerConnection' in options &&
    typeof options.RTCPeerConnection === 'function'
  )
}
