import { once } from 'node:events'
import type { SecureContextOptions } from 'node:tls'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import { errorCode } from '../../domain/error-code.ts'
import type { Crowd } from '../../session/drain.ts'
import { type Reception, TOLD_OF_FULLNESS } from '../admission/reception.ts'
import { createProxyGate, noProxy, type ProxyOptions } from '../proxy/proxy-gate.ts'
import { createListener, type ListenerOptions } from './listener.ts'

export interface ServerOptions extends ListenerOptions {
  readonly reception: Reception
  /** Absent where no proxy stands in front of us. */
  readonly proxy: ProxyOptions | undefined
  readonly maxConnections: number
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

export function createSignalingServer(options: ServerOptions): SignalingServer {
  const { log } = options.endpoint
  const { reception, proxy, tls } = options
  const proxyGate = proxy === undefined ? noProxy : createProxyGate(proxy, log, reception)
  const { server, replaceTls } = createListener(options, reception, proxyGate)
  server.maxConnections = options.maxConnections + TOLD_OF_FULLNESS
  server.on('connection', (socket) => {
    reception.count(socket)
  })
  // Before the listener's own: what it accepts at once has arrived.
  if (tls !== undefined || proxy !== undefined)
    server.prependListener('connection', (socket) => {
      reception.await(socket, proxy !== undefined)
    })
  let draining = false
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
      for (const occupant of reception.occupants) occupant.tick(now)
      reception.tick(now)
      if (draining) forewarn()
    },

    async drain() {
      draining = true
      forewarn()
      await stopAccepting()
    },

    farewells() {
      return [...reception.occupants].map((occupant) => () => {
        occupant.goAway(options.reconnectAfterMs)
      })
    },

    async close() {
      const gone = stopAccepting()
      for (const occupant of reception.occupants) occupant.goAway(options.reconnectAfterMs)
      const deadline = setTimeout(() => {
        reception.destroyAll()
      }, options.lingerTimeoutMs)
      await gone
      clearTimeout(deadline)
      reception.sumUp()
    },
  }

  /** Resolves when the last socket has gone. */
  async function stopAccepting(): Promise<void> {
    reception.close()
    if (closed === undefined) {
      closed = once(server, 'close')
      server.close()
    }
    await closed
  }

  /** Also those who have agreed on it since. */
  function forewarn(): void {
    for (const occupant of reception.occupants) occupant.forewarn(options.reconnectAfterMs)
  }
}

function cause(error: unknown): string {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return 'another program listens there; choose another server.port, or 0'
    case 'EACCES':
      return 'not permitted; ports below 1024 need a privilege, choose another server.port'
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine has no such address; check server.bind_address'
    case undefined:
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
