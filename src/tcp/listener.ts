import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import {
  createServer as createTlsServer,
  type SecureContextOptions,
  type Server as TlsServer,
} from 'node:tls'
import type { EndpointContext } from '../session/endpoint.ts'
import type { ConnectionContext, ConnectionLimits } from './connection.ts'
import type { Peer } from './peer.ts'
import type { ProxyGate } from './proxy-gate.ts'
import { createRecordWriter } from './record-writer.ts'
import { createSegmentWriter } from './segment-writer.ts'
import { createTlsFront } from './tls-front.ts'

export interface ListenerOptions {
  /** Absent for plain TCP. */
  readonly tls: SecureContextOptions | undefined
  readonly handshakeTimeoutMs: number
  /** The idle time before the kernel probes whether the peer is still there. */
  readonly keepAliveMs: number
  readonly limits: ConnectionLimits
  readonly endpoint: EndpointContext
}

/** Asked about newcomers. */
interface Entrance {
  readonly accept: (socket: Socket, context: ConnectionContext, peer: Peer) => void
  /** Before its TLS handshake. */
  readonly mayShakeHands: (socket: Socket, peer: Peer) => boolean
}

interface Listener {
  readonly server: Server
  /** For new connections only; the present ones keep what they have. */
  readonly replaceTls: (tls: SecureContextOptions) => void
}

/** The server that listens, plain or with TLS, behind the gate for PROXY headers. */
export function createListener(
  { tls, handshakeTimeoutMs, keepAliveMs, limits, endpoint }: ListenerOptions,
  places: ConnectionContext['places'],
  { accept, mayShakeHands }: Entrance,
  gate: ProxyGate,
): Listener {
  const socketOptions = {
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
  }
  if (tls === undefined) {
    const context = { endpoint, limits, places, makeWriter: createSegmentWriter }
    const server = createTcpServer(socketOptions, (socket) => {
      gate(socket, (peer) => {
        accept(socket, context, peer)
      })
    })
    return { server, replaceTls: () => undefined }
  }
  const context = { endpoint, limits, places, makeWriter: createRecordWriter }
  const server: TlsServer = createTlsServer(
    { ...socketOptions, ...tls, handshakeTimeout: handshakeTimeoutMs },
    (socket) => {
      const peer = front.takePeer(socket)
      if (peer === undefined) socket.destroy()
      else accept(socket, context, peer)
    },
  )
  const front = createTlsFront(gate, socketOptions, (socket, peer) => {
    if (mayShakeHands(socket, peer)) server.emit('connection', socket)
    else socket.destroy()
  })
  server.on('tlsClientError', (error, socket) => {
    const remote = front.takePeer(socket)?.address
    endpoint.log.debug({ remote, cause: error.message }, 'TLS handshake failed')
    socket.destroy()
  })
  return {
    server: front.server,
    replaceTls: (renewed) => {
      server.setSecureContext(renewed)
    },
  }
}
