import type { Call, Client } from 'roomrtc-client'
import { bindMedia } from 'roomrtc-client/media'
import { mediaOptions } from './media-options.ts'
import { makeMirror, type Mirror } from './mirror.ts'
import type { Wrtc } from './wrtc.ts'

/** Media for a call in Node, with a mirror for the other party that is closed at first. */
export function bindMirror(client: Client, call: Call, wrtc: Wrtc): Mirror {
  const mirror = makeMirror(wrtc)
  mirror.attach(bindMedia(client, call, mediaOptions(wrtc, mirror.stream)))
  return mirror
}

/** Takes what comes, and sends nothing. */
export function bindListener(client: Client, call: Call, wrtc: Wrtc): void {
  bindMedia(client, call, mediaOptions(wrtc))
}
