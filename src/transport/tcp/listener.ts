import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import {
  createServer as createTlsServer,
  type SecureContextOptions,
  type Server as TlsServer,
} from 'node:tls'
import { foreignProtocol } from '../../protocol/framing/foreign-protocol.ts'
import type { EndpointContext } from '../../session/conversation/endpoint.ts'
import type { Peer } from '../admission/peer.ts'
import type { Entry, Reception } from '../admission/reception.ts'
import type { ConnectionLimits } from '../connection/connection.ts'
import type { FrameWriter } from '../connection/frame-writer.ts'
import type { Gate } from '../connection/gate.ts'
import { socketOptions } from '../connection/socket-options.ts'
import { SegmentWriter } from '../connection/segment-writer.ts'
import type { ProxyGate } from '../proxy/proxy-gate.ts'
import { handshakeCause } from '../tls/handshake-cause.ts'
import { readOpening } from '../tls/opening.ts'
import { createTlsFront } from '../tls/tls-front.ts'
import { openConnection } from './open-connection.ts'
import { RecordWriter } from './record-writer.ts'
import { turnAway } from './turn-away.ts'

export interface ListenerOptions {
  /** Absent for plain TCP. */
  readonly tls: SecureContextOptions | undefined
  readonly handshakeTimeoutMs: number
  /** The idle time before the kernel probes whether the peer is still there. */
  readonly keepAliveMs: number
  readonly limits: ConnectionLimits
  readonly endpoint: EndpointContext
  readonly gate: Gate
}

interface Listener {
  readonly server: Server
  /** For new connections only; the present ones keep what they have. */
  readonly replaceTls: (tls: SecureContextOptions) => void
}

/** The server that listens, plain or with TLS, behind the gate for PROXY headers. */
export function createListener(
  { tls, handshakeTimeoutMs, keepAliveMs, limits, endpoint, gate }: ListenerOptions,
  reception: Reception,
  proxyGate: ProxyGate,
): Listener {
  const context = { endpoint, limits, reception }
  const options = socketOptions(keepAliveMs)
  if (tls === undefined) {
    const server = createTcpServer(options, (socket) => {
      proxyGate(socket, (peer) => {
        enter(socket, new SegmentWriter(socket, gate), peer)
      })
    })
    return { server, replaceTls: () => undefined }
  }
  const server: TlsServer = createTlsServer(
    { ...options, ...tls, handshakeTimeout: handshakeTimeoutMs },
    (socket) => {
      const peer = front.takePeer(socket)
      if (peer === undefined) socket.destroy()
      else enter(socket, new RecordWriter(socket, gate), peer)
    },
  )
  const front = createTlsFront(proxyGate, options, (socket, peer) => {
    if (!reception.mayShakeHands(socket, peer)) {
      socket.destroy()
      return
    }
    readOpening(socket, handshakeTimeoutMs, (opening) => {
      const clear = opening === undefined ? undefined : clearSpeech(opening)
      if (opening === undefined) {
        reception.saidNothing(reception.nextId(), peer)
        socket.destroy()
      } else if (clear === undefined) server.emit('connection', socket)
      else {
        reception.handshakeFailed(peer, `${clear} without TLS`)
        if (clear === FRAMES) reception.refuse(socket, peer, { reason: 'tls_required' }, refusing(socket))
        else socket.destroy()
      }
    })
  })
  server.on('tlsClientError', (error, socket) => {
    reception.handshakeFailed(front.takePeer(socket), handshakeCause(error), error.message)
    socket.destroy()
  })
  return {
    server: front.server,
    replaceTls: (renewed) => {
      server.setSecureContext(renewed)
    },
  }

  function enter(socket: Socket, writer: FrameWriter, peer: Peer): void {
    reception.enter(socket, peer, {
      open: (id) => openConnection(id, socket, writer, context, peer),
      ...refusing(socket),
    })
  }
}

function refusing(socket: Socket): Pick<Entry, 'turnAway'> {
  return {
    turnAway: (refusal) => {
      turnAway(socket, refusal)
    },
  }
}

const FRAMES = 'frames'

/** What is spoken in the clear where a handshake was to begin; what is not known is left to TLS to refuse. */
function clearSpeech(opening: Buffer): string | undefined {
  // Of our frames' lengths the first byte is 0, of a record never.
  if (opening[0] === 0) return FRAMES
  const name = foreignProtocol(opening)?.name
  // Clients of old begin TLS with a hello of SSLv2's form.
  return name === 'TLS' || name === 'SSLv2' ? undefined : name
}
