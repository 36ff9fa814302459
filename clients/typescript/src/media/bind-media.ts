import type { Call, Client } from '../index.ts'
import { BoundMedia } from './bound-media.ts'
import type { Media, MediaOptions } from './media.ts'

/**
 * Gives a call its audio, video and data, from the ringing to the end. It negotiates once the call is active, follows its
 * holds and mutes, and closes itself when the call ends. Throws where there is no RTCPeerConnection.
 */
export function bindMedia(
  client: Pick<Client, 'iceServers' | 'on'>,
  call: Call,
  options: MediaOptions = {},
): Media {
  return new BoundMedia(client, call, options)
}
