import type { MediaOptions } from './media.ts'

/** The connection, by what the application gave or the browser has. */
export function connect(options: MediaOptions, configuration: RTCConfiguration): RTCPeerConnection {
  return new (connectionOf(options))(configuration)
}

/** Throws where there is none. */
export function connectionOf({
  RTCPeerConnection,
}: Pick<MediaOptions, 'RTCPeerConnection'>): typeof globalThis.RTCPeerConnection {
  const Connection =
    RTCPeerConnection ?? ('RTCPeerConnection' in globalThis ? globalThis.RTCPeerConnection : undefined)
  if (Connection === undefined) {
    throw new TypeError('this needs the option RTCPeerConnection where there is no global one, as in Node')
  }
  return Connection
}

/** For `remoteStream`. */
export function mediaStreamOf(options: MediaOptions): typeof globalThis.MediaStream | undefined {
  if (options.MediaStream !== undefined) return options.MediaStream
  return 'MediaStream' in globalThis ? globalThis.MediaStream : undefined
}
