import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import { StartupError } from '../application/ports/startup-error.ts'
import type { WireRefusal } from '../session/present-refusal.ts'
import type { Crowd } from '../session/drain.ts'
import { AddressCount } from './address-count.ts'
import { addressKey } from './address-key.ts'
import { Arrivals } from './arrivals.ts'
import { Connection, type ConnectionContext } from './connection.ts'
import { createListener, type ListenerOptions } from './listener.ts'
import { type Peer, peerFields, socketPeer } from './peer.ts'
import { createProxyGate, type ProxyOptions } from './proxy-gate.ts'
import { turnAway } from './turn-away.ts'
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

/** Connections that are told at one time why they are refused; beyond these the kernel's answer must do. */
export const TOLD_OF_FULLNESS = 64

export function createSignalingServer(options: ServerOptions): SignalingServer {
  const { log } = options.endpoint
  const connections = new Set<Connection>()
  const fromAddress = new AddressCount()
  const waitingRoom = new WaitingRoom(options.waitingRoom)
  // Also those whose PROXY header or TLS handshake is still to come.
  const sockets = new Set<Socket>()
  const trusted = (connection: Connection): void => {
    waitingRoom.leave(connection)
  }
  const nextId = () => ++lastId
  const gate = options.proxy === undefined ? undefined : createProxyGate(options.proxy, { log, nextId })
  const { server, replaceTls } = createListener(options, trusted, accept, gate)
  server.maxConnections = options.maxConnections + TOLD_OF_FULLNESS
  const turnedAway = new Set<Socket>()
  const arrivals = new Arrivals(waitingRoom)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    if (sockets.size > options.maxConnections) arrivals.crowdOutFirst()
  })
  // Before the listener's own: what it accepts at once has arrived.
  if (options.tls !== undefined || gate !== undefined)
    server.prependListener('connection', (socket) => {
      arrivals.add(socket, gate === undefined ? socketPeer(socket).address : undefined)
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
    arrivals.remove(socket)
    const from = peer ?? socketPeer(socket)
    const address = addressKey(from.address)
    const refusal = refusalFor(address)
    if (refusal !== undefined) {
      log.debug({ conn: nextId(), ...peerFields(from), reason: refusal.reason }, 'connection refused')
      // Those who are told why hold a descriptor until they have read it.
      if (turnedAway.size >= TOLD_OF_FULLNESS) socket.destroy()
      else turnAway(socket, turnedAway, refusal, options.limits.lingerTimeoutMs)
      return
    }
    const connection = new Connection(nextId(), socket, context, from)
    connections.add(connection)
    fromAddress.add(address)
    socket.once('close', () => {
      connections.delete(connection)
      fromAddress.remove(address)
      waitingRoom.leave(connection)
    })
    waitingRoom.enter(connection)
  }

  function refusalFor(address: string): WireRefusal | undefined {
    if (closing) return { reason: 'shutting_down' }
    if (connections.size >= options.maxConnections) return { reason: 'server_full' }
    if (fromAddress.of(address) >= options.maxConnectionsPerAddress) return { reason: 'too_many_connections' }
    return options.endpoint.rates.arrive(address, options.endpoint.clock.monotonicMs())
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
