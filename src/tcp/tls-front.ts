import { createServer, type ServerOpts, type Server, type Socket } from 'node:net'
import { endsOf } from './ends.ts'
import type { Peer } from './peer.ts'
import type { ProxyGate } from './proxy-gate.ts'

export interface TlsFront {
  readonly server: Server
  /** Undefined of a socket that is gone. */
  peerOf(socket: Socket): Peer | undefined
}

/** Accepts for a TLS server: proxies' headers come before the handshake, in the clear. */
export function createTlsFront(
  gate: ProxyGate,
  options: ServerOpts,
  handshake: (socket: Socket, peer: Peer) => void,
): TlsFront {
  // A TLS server tells of its own socket only, not of the one beneath; but both have the same two ends.
  const peers = new Map<string, Peer>()
  const server = createServer(options, (socket) => {
    const ends = endsOf(socket)
    gate(socket, (peer) => {
      peers.set(ends, peer)
      socket.once('close', () => {
        if (peers.get(ends) === peer) peers.delete(ends)
      })
      handshake(socket, peer)
    })
  })
  return { server, peerOf: (socket) => peers.get(endsOf(socket)) }
}
