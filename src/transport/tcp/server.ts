import { once } from 'node:events'
import type { SecureContextOptions } from 'node:tls'
import type { Door } from '../admission/crowd.ts'
import { listen } from '../admission/listen.ts'
import { type Reception, TOLD_OF_FULLNESS } from '../admission/reception.ts'
import { createProxyGate, noProxy, type ProxyOptions } from '../proxy/proxy-gate.ts'
import { createListener, type ListenerOptions } from './listener.ts'

export interface ServerOptions extends ListenerOptions {
  readonly reception: Reception
  /** Absent where no proxy stands in front of us. */
  readonly proxy: ProxyOptions | undefined
  readonly maxConnections: number
}

export interface SignalingServer extends Door {
  listen(port: number, host: string): Promise<number>
  /** For new connections only; the present ones keep what they have. */
  replaceTls(tls: SecureContextOptions): void
}

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
  let closed: Promise<unknown> | undefined

  return {
    listen: (port, host) => listen(server, { section: 'server', port, host }, log),

    replaceTls,

    drain: stopAccepting,
    close: stopAccepting,
  }

  /** Resolves when the last socket has gone. */
  async function stopAccepting(): Promise<void> {
    if (closed === undefined) {
      closed = once(server, 'close')
      server.close()
    }
    await closed
  }
}
