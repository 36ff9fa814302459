import { createServer, type ServerOpts, type Server, type Socket } from 'node:net'
import { endsOf } from '../admission/ends.ts'
import type { Peer } from '../admission/peer.ts'
import type { ProxyGate } from '../proxy/proxy-gate.ts'

export interface TlsFront {
  readonly server: Server
  /** Once: afterwards it is forgotten. Undefined of a socket that is gone. */
  takePeer(socket: Socket): Peer | undefined
}

/** Accepts for a TLS server: proxies' headers come before the handshake, in the clear. */
export function createTlsFront(
  gate: ProxyGate,
  options: ServerOpts,
  handshake: (socket: Socket, peer: Peer) => void,
): TlsFront {
  // A TLS server tells of its own socket only, not of the one beneath; but both have the same two ends.
  const waiting = new Map<string, { readonly peer: Peer; readonly stopWatching: () => void }>()
  const server = createServer(options, (socket) => {
    const ends = endsOf(socket)
    gate(socket, (peer) => {
      const forget = (): void => {
        if (waiting.get(ends)?.peer === peer) waiting.delete(ends)
      }
      socket.on('close', forget)
      waiting.set(ends, { peer, stopWatching: () => socket.off('close', forget) })
      handshake(socket, peer)
    })
  })

  function takePeer(socket: Socket): Peer | undefined {
    const ends = endsOf(socket)
    const found = waiting.get(ends)
    waiting.delete(ends)
    found?.stopWatching()
    return found?.peer
  }

  return { server, takePeer }
}
