import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import { StartupError } from '../application/ports/startup-error.ts'
import type { Crowd } from '../session/drain.ts'
import { AddressCount } from './address-count.ts'
import { Connection, type ConnectionContext } from './connection.ts'
import { createListener, type ListenerOptions } from './listener.ts'
import type { Peer } from './peer.ts'
import { createProxyGate, type ProxyOptions } from './proxy-gate.ts'
import { WaitingRoom, type WaitingRoomLimits } from './waiting-room.ts'

export interface ServerOptions extends ListenerOptions {
  /** Absent where no proxy stands in front of us. */
  readonly proxy: ProxyOptions | undefined
  readonly maxConnections: number
  readonly maxConnectionsPerAddress: number
  readonly waitingRoom: WaitingRoomLimits
  /** What clients are told when the daemon stops. */
  readonly reconnectAfterMs: number
}

export interface SignalingServer extends Crowd {
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
  const fromAddress = new AddressCount()
  const waitingRoom = new WaitingRoom<Connection>(options.waitingRoom)
  // Also those whose PROXY header or TLS handshake is still to come.
  const sockets = new Set<Socket>()
  const trusted = (connection: Connection): void => {
    waitingRoom.leave(connection)
  }
  const nextId = () => ++lastId
  const gate = options.proxy === undefined ? undefined : createProxyGate(options.proxy, { log, nextId })
  const { server, replaceTls } = createListener(options, trusted, accept, gate)
  server.maxConnections = options.maxConnections + TOLD_OF_FULLNESS
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  let lastId = 0
  let draining = false
  let closing = false
  let closed: Promise<unknown> | undefined

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
      if (draining) forewarn()
    },

    async drain() {
      draining = true
      forewarn()
      await stopAccepting()
    },

    farewells() {
      return [...connections].map((connection) => () => {
        connection.goAway(options.reconnectAfterMs)
      })
    },

    async close() {
      const gone = stopAccepting()
      for (const connection of connections) connection.goAway(options.reconnectAfterMs)
      const deadline = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, options.limits.lingerTimeoutMs)
      await gone
      clearTimeout(deadline)
    },
  }

  /** Resolves when the last socket has gone. */
  async function stopAccepting(): Promise<void> {
    closing = true
    if (closed === undefined) {
      closed = once(server, 'close')
      server.close()
    }
    await closed
  }

  /** Also those who have agreed on it since. */
  function forewarn(): void {
    for (const connection of connections) connection.forewarn(options.reconnectAfterMs)
  }

  function accept(socket: Socket, context: ConnectionContext, peer?: Peer): void {
    const connection = new Connection(nextId(), socket, context, peer)
    if (closing) {
      connection.fail({ reason: 'shutting_down' })
    } else if (connections.size >= options.maxConnections) {
      connection.fail({ reason: 'server_full' })
    } else if (fromAddress.of(connection.address) >= options.maxConnectionsPerAddress) {
      connection.fail({ reason: 'too_many_connections' })
    } else {
      connections.add(connection)
      fromAddress.add(connection.address)
      socket.once('close', () => {
        connections.delete(connection)
        fromAddress.remove(connection.address)
        waitingRoom.leave(connection)
      })
      waitingRoom.enter(connection)?.fail({ reason: 'crowded_out' })
    }
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
