import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import { StartupError } from '../application/ports/startup-error.ts'
import type { WireRefusal } from '../session/present-refusal.ts'
import type { Crowd } from '../session/drain.ts'
import { addressKey } from './address-key.ts'
import { Arrivals } from './arrivals.ts'
import { Connection, type ConnectionContext, type ConnectionPlaces } from './connection.ts'
import { Lingering } from './lingering.ts'
import { createListener, type ListenerOptions } from './listener.ts'
import { type Peer, peerFields, socketPeer } from './peer.ts'
import { type PlaceLimits, Places } from './places.ts'
import { createProxyGate, openGate, type ProxyOptions } from './proxy-gate.ts'
import { turnAway } from './turn-away.ts'
import { WaitingRoom, type WaitingRoomLimits } from './waiting-room.ts'

export interface ServerOptions extends ListenerOptions, PlaceLimits {
  /** Absent where no proxy stands in front of us. */
  readonly proxy: ProxyOptions | undefined
  readonly waitingRoom: WaitingRoomLimits
  /** How long a peer may take to read our last word. */
  readonly lingerTimeoutMs: number
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

/** Descriptors for those who linger beyond the limit, to read why they are refused; of more the oldest are cut. */
export const TOLD_OF_FULLNESS = 64

/** Of these so many, so that a newcomer does not find all of them in use. */
const ROOM_TO_TELL = TOLD_OF_FULLNESS / 2

export function createSignalingServer(options: ServerOptions): SignalingServer {
  const { log, rates, clock } = options.endpoint
  const waitingRoom = new WaitingRoom(options.waitingRoom)
  const places = new Places(options, waitingRoom)
  const arrivals = new Arrivals(waitingRoom)
  const lingering = new Lingering(options.lingerTimeoutMs)
  // Also those whose PROXY header or TLS handshake is still to come, and those who linger.
  const sockets = new Set<Socket>()
  const hosted: ConnectionPlaces = {
    trusted(connection) {
      places.trust(connection)
    },
    distrusted(connection) {
      places.distrust(connection)
    },
    ended(connection, socket) {
      places.free(connection)
      if (!socket.destroyed) lingering.add(socket)
    },
  }
  const nextId = () => ++lastId
  const { proxy } = options
  const gate = proxy === undefined ? openGate : createProxyGate(proxy, { log, nextId })
  const { server, replaceTls } = createListener(options, hosted, { accept, mayShakeHands }, gate)
  server.maxConnections = options.maxConnections + TOLD_OF_FULLNESS
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', forget)
    if (sockets.size > options.maxConnections + ROOM_TO_TELL && !lingering.cutFirst())
      arrivals.crowdOutFirst()
  })
  // Before the listener's own: what it accepts at once has arrived.
  if (options.tls !== undefined || proxy !== undefined)
    server.prependListener('connection', (socket) => {
      const address = proxy === undefined ? addressKey(socketPeer(socket).address) : undefined
      arrivals.add(socket, address, lost)
    })
  // One function for all, told by `this` which socket it is: a closure for each would be held as long as the connection.
  function forget(this: Socket): void {
    sockets.delete(this)
  }
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
      for (const connection of places.taken) connection.tick(now)
      if (draining) forewarn()
    },

    async drain() {
      draining = true
      forewarn()
      await stopAccepting()
    },

    farewells() {
      return [...places.taken].map((connection) => () => {
        connection.goAway(options.reconnectAfterMs)
      })
    },

    async close() {
      const gone = stopAccepting()
      for (const connection of places.taken) connection.goAway(options.reconnectAfterMs)
      const deadline = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, options.lingerTimeoutMs)
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
    for (const connection of places.taken) connection.forewarn(options.reconnectAfterMs)
  }

  /** Not where its address has been turned away too often. */
  function mayShakeHands(socket: Socket, from: Peer): boolean {
    const address = addressKey(from.address)
    arrivals.identify(socket, address)
    return rates.mayShakeHands(address, clock.monotonicMs())
  }

  /** A handshake costs as much whatever becomes of it. */
  function lost(address: string): void {
    rates.arrive(address, clock.monotonicMs())
  }

  function accept(socket: Socket, context: ConnectionContext, from: Peer): void {
    arrivals.remove(socket)
    const address = addressKey(from.address)
    const refusal = refusalFor(address)
    if (refusal !== undefined) {
      log.debug({ conn: nextId(), ...peerFields(from), reason: refusal.reason }, 'connection refused')
      if (lingering.size >= TOLD_OF_FULLNESS) socket.destroy()
      else turnAway(socket, refusal, lingering)
      return
    }
    places.take(new Connection(nextId(), socket, context, from))
  }

  function refusalFor(address: string): WireRefusal | undefined {
    if (closing) return { reason: 'shutting_down' }
    return places.refusalFor(address) ?? rates.arrive(address, clock.monotonicMs())
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
