import type { Socket } from 'node:net'

/** Both ends of a socket: a TLS socket, which does not tell of the one beneath, has the same two as that. */
export function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''} ${localAddress ?? ''} ${localPort ?? ''}`
}
