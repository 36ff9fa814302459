import type { IceServer } from '../../index.ts'

/** The configuration that the application gave, with the servers that the server has told. */
export function iceConfiguration(
  own: RTCConfiguration | undefined,
  servers: readonly IceServer[],
): RTCConfiguration {
  const told = servers.map(({ urls, ...credentials }): RTCIceServer => ({ urls: [...urls], ...credentials }))
  return { ...own, iceServers: [...(own?.iceServers ?? []), ...told] }
}
