import { once } from 'node:events'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import {
  createServer as createTlsServer,
  type SecureContextOptions,
  type Server as TlsServer,
} from 'node:tls'
import { StartupError } from '../application/ports/startup-error.ts'
import type { EndpointContext } from '../session/endpoint.ts'
import { Connection, type ConnectionContext, type ConnectionLimits } from './connection.ts'
import { createRecordWriter } from './record-writer.ts'
import { createSegmentWriter } from './segment-writer.ts'

export interface ServerOptions {
  /** Absent for plain TCP. */
  readonly tls: SecureContextOptions | undefined
  readonly maxConnections: number
  readonly handshakeTimeoutMs: number
  /** The idle time before the kernel probes whether the peer is still there. */
  readonly keepAliveMs: number
  /** What clients are told when the daemon stops. */
  readonly reconnectAfterMs: number
  readonly limits: ConnectionLimits
  readonly endpoint: EndpointContext
}

export interface SignalingServer {
  listen(port: number, host: string): Promise<number>
  /** For new connections only; the present ones keep what they have. */
  replaceTls(tls: SecureContextOptions): void
  tick(now: number): void
  /** Accepts nobody any more, tells everybody at once, and waits until all are gone. From the call on nobody is heard. */
  close(): Promise<void>
}

/** Connections that may wait to be accepted: after a restart all clients come at once. The kernel may allow fewer. */
const BACKLOG = 4096

/** Connections over the limit that are told so; beyond these the kernel's answer must do. */
const TOLD_OF_FULLNESS = 64

export function createSignalingServer(options: ServerOptions): SignalingServer {
  const { log } = options.endpoint
  const connections = new Set<Connection>()
  // Also those still in their TLS handshake.
  const sockets = new Set<Socket>()
  const { server, replaceTls } = createListener(options, accept)
  server.maxConnections = options.maxConnections + TOLD_OF_FULLNESS
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  let lastId = 0
  let closing = false

  return {
    async listen(port, host) {
      server.listen(port, host, BACKLOG)
      await once(server, 'listening').catch((error: unknown) => {
        throw new StartupError([`cannot listen on ${host} port ${port}: ${cause(error)}`])
      })
      server.on('error', (error) => {
        log.error({ err: error }, 'cannot accept connections')
      })
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
      return address.port
    },

    replaceTls,

    tick(now) {
      for (const connection of connections) connection.tick(now)
    },

    async close() {
      closing = true
      const closed = once(server, 'close')
      server.close()
      for (const connection of connections) connection.goAway(options.reconnectAfterMs)
      const deadline = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, options.limits.lingerTimeoutMs)
      await closed
      clearTimeout(deadline)
    },
  }

  function accept(socket: Socket, context: ConnectionContext): void {
    const connection = new Connection(++lastId, socket, context)
    if (closing) {
      connection.fail({ reason: 'shutting_down' })
    } else if (connections.size >= options.maxConnections) {
      connection.fail({ reason: 'server_full' })
    } else {
      connections.add(connection)
      socket.once('close', () => connections.delete(connection))
    }
  }
}

function createListener(
  { tls, handshakeTimeoutMs, keepAliveMs, limits, endpoint }: ServerOptions,
  accept: (socket: Socket, context: ConnectionContext) => void,
): { server: Server; replaceTls: SignalingServer['replaceTls'] } {
  const socketOptions = {
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
  }
  if (tls === undefined) {
    const context = { endpoint, limits, makeWriter: createSegmentWriter }
    const server = createTcpServer(socketOptions, (socket) => {
      accept(socket, context)
    })
    return { server, replaceTls: () => undefined }
  }
  const context = { endpoint, limits, makeWriter: createRecordWriter }
  const server: TlsServer = createTlsServer(
    { ...socketOptions, ...tls, handshakeTimeout: handshakeTimeoutMs },
    (socket) => {
      accept(socket, context)
    },
  )
  server.on('tlsClientError', (error, socket) => {
    endpoint.log.debug({ remote: socket.remoteAddress, cause: error.message }, 'TLS handshake failed')
    socket.destroy()
  })
  return {
    server,
    replaceTls: (renewed) => {
      server.setSecureContext(renewed)
    },
  }
}

function cause(error: unknown): string {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'EADDRINUSE':
      return 'another program listens there; choose another server.port, or 0'
    case 'EACCES':
      return 'not permitted; ports below 1024 need a privilege, choose another server.port'
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine has no such address; check server.bind_address'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
