import type { Socket } from 'node:net'

/** Where a client is: at the other end of the socket, or where the proxy in between says. */
export interface Peer {
  readonly address: string
  readonly port: number | undefined
  /** The proxy, if there is one. */
  readonly via?: Peer
}

/** Of a socket that is gone the address is empty. */
export function socketPeer(socket: Socket): Peer {
  return { address: socket.remoteAddress ?? '', port: socket.remotePort }
}

/** For the log. */
export function peerFields({ address, port, via }: Peer): { remote: string; via?: string } {
  const remote = `${address === '' ? '?' : address}:${port ?? '?'}`
  return via === undefined ? { remote } : { remote, via: peerFields(via).remote }
}
