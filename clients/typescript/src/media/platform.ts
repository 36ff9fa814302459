import type { MediaOptions } from './media.ts'

/** The connection, by what the application gave or the browser has. */
export function connect(options: MediaOptions, configuration: RTCConfiguration): RTCPeerConnection {
  const Connection =
    options.RTCPeerConnection ??
    ('RTCPeerConnection' in globalThis ? globalThis.RTCPeerConnection : undefined)
  if (Connection === undefined) {
    throw new TypeError(
      'bindMedia needs the option RTCPeerConnection where there is no global one, as in Node',
    )
  }
  return new Connection(configuration)
}

/** For `remoteStream`. */
export function mediaStreamOf(options: MediaOptions): typeof globalThis.MediaStream | undefined {
  if (options.MediaStream !== undefined) return options.MediaStream
  return 'MediaStream' in globalThis ? globalThis.MediaStream : undefined
}
