import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createServer as createTcpServer, type Server as TcpServer, Socket } from 'node:net'
import { type SecureContextOptions, Server as TlsServer } from 'node:tls'
import type { Log } from '../../application/ports/system/log.ts'
import type { Door } from '../admission/crowd.ts'
import { listen } from '../admission/listen.ts'
import type { Peer } from '../admission/peer.ts'
import { type Reception, TOLD_OF_FULLNESS } from '../admission/reception.ts'
import type { UpgradeDoor } from '../admission/upgrade-door.ts'
import { socketOptions } from '../connection/socket-options.ts'
import type { ProxyGate } from '../proxy/proxy-gate.ts'
import { handshakeCause } from '../tls/handshake-cause.ts'
import { createTlsFront } from '../tls/tls-front.ts'
import { watchBodies } from './body-deadline.ts'
import { answerBrokenRequest, answerUnknownUpgrade } from './raw-answers.ts'

export interface HttpServerOptions {
  readonly reception: Reception
  readonly proxyGate: ProxyGate
  /** Whether a connection from there is one of our proxies'. */
  readonly isProxy: (address: string) => boolean
  /** Absent for plain HTTP. */
  readonly tls: SecureContextOptions | undefined
  readonly maxConnections: number
  readonly handshakeTimeoutMs: number
  /** How long the head of a request may take, and how long its body besides. */
  readonly requestTimeoutMs: number
  /** Requests whose body is given longer than that, by whoever takes it. */
  readonly takesLong: ((request: IncomingMessage) => boolean) | undefined
  readonly keepAliveMs: number
  readonly listener: RequestListener
  readonly doors: readonly UpgradeDoor[]
  readonly clientOf: (request: IncomingMessage, peer: Peer) => Peer
  readonly log: Log
}

export interface HttpServer extends Door {
  listen(port: number, host: string): Promise<number>
  /** For new connections only; the present ones keep what they have. */
  replaceTls(tls: SecureContextOptions): void
  /** Who asks; undefined of a socket that is gone. */
  client(request: IncomingMessage): Peer | undefined
}

/** Of a request's head; RFC 9110 wants no more than that from anybody. */
const MAX_HEAD_BYTES = 16_384
const MAX_HEADERS = 100
/** A connection that asks nothing meanwhile is closed. Longer than the usual proxies keep theirs. */
const IDLE_MS = 75_000
/** How often Node looks for requests that take too long. */
const LOOK_MS = 1000
/** How often, at the end, whoever has been answered is let go. */
const CLOSING_MS = 20

/** Listens for HTTP, plain or with TLS; what asks to be upgraded is handed to the door of its path. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { reception, proxyGate, isProxy, tls, log, doors } = options
  const peers = new WeakMap<Socket, Peer>()
  const byPath = new Map(doors.map((door) => [door.path, door]))
  const http = createParser(options)
  http.on('upgrade', (request: IncomingMessage, stream, head: Buffer) => {
    if (!(stream instanceof Socket)) throw new Error('HTTP comes by a socket')
    const path = pathOf(request)
    const door = byPath.get(path) ?? byPath.get(`${path.slice(0, path.lastIndexOf('/') + 1)}*`)
    const from = client(request)
    if (door === undefined || from === undefined) answerUnknownUpgrade(stream)
    else door.upgrade(request, stream, head, from)
  })
  http.on('clientError', (error, stream) => {
    answerBrokenRequest(error, stream)
  })
  const front = tls === undefined ? plainFront() : secureFront()
  front.maxConnections = options.maxConnections + TOLD_OF_FULLNESS
  front.prependListener('connection', (socket) => {
    reception.count(socket)
    reception.await(socket, isProxy(socket.remoteAddress ?? ''))
  })
  let closed: Promise<unknown> | undefined
  let ownPort = 0

  return {
    client,

    async listen(port, host) {
      ownPort = await listen(front, { section: 'http', port, host }, log)
      // It does not listen itself; with this its deadlines for slow requests begin.
      http.emit('listening')
      return ownPort
    },

    replaceTls(renewed) {
      if (http instanceof TlsServer) http.setSecureContext(renewed)
    },

    // Until the very end, so that /ready can say that there is no place here any more.
    drain: () => Promise.resolve(),

    async close() {
      if (closed === undefined) {
        closed = once(front, 'close')
        front.close()
        // Over HTTP nobody is told anything unasked.
        reception.dismissSilent(ownPort)
        http.close()
      }
      // Who is still being answered is idle, and closed, a moment later.
      const closing = setInterval(() => {
        http.closeIdleConnections()
      }, CLOSING_MS)
      http.closeIdleConnections()
      await closed
      clearInterval(closing)
    },
  }

  function client(request: IncomingMessage): Peer | undefined {
    const peer = peers.get(request.socket)
    return peer === undefined ? undefined : options.clientOf(request, peer)
  }

  function plainFront(): TcpServer {
    return createTcpServer(socketOptions(options.keepAliveMs), (socket) => {
      proxyGate(socket, (peer) => {
        peers.set(socket, peer)
        http.emit('connection', socket)
      })
    })
  }

  function secureFront(): TcpServer {
    const secure = createTlsFront(proxyGate, socketOptions(options.keepAliveMs), (socket, peer) => {
      if (reception.mayShakeHands(socket, peer)) http.emit('connection', socket)
      else socket.destroy()
    })
    http.on('secureConnection', (socket: Socket) => {
      const peer = secure.takePeer(socket)
      if (peer === undefined) socket.destroy()
      else peers.set(socket, peer)
    })
    http.on('tlsClientError', (error: Error, socket: Socket) => {
      reception.handshakeFailed(secure.takePeer(socket), handshakeCause(error), error.message)
      socket.destroy()
    })
    return secure.server
  }
}

function createParser({
  tls,
  listener,
  requestTimeoutMs,
  handshakeTimeoutMs,
  takesLong,
}: HttpServerOptions): Server {
  const limits = {
    maxHeaderSize: MAX_HEAD_BYTES,
    headersTimeout: requestTimeoutMs,
    requestTimeout: takesLong === undefined ? 2 * requestTimeoutMs : 0,
    keepAliveTimeout: IDLE_MS,
    connectionsCheckingInterval: LOOK_MS,
    // A request without one is answered like every other that cannot be understood.
    requireHostHeader: false,
  }
  const server =
    tls === undefined
      ? createServer(limits, listener)
      : createSecureServer({ ...limits, ...tls, handshakeTimeout: handshakeTimeoutMs }, listener)
  if (takesLong !== undefined) watchBodies(server, 2 * requestTimeoutMs, takesLong)
  server.maxHeadersCount = MAX_HEADERS
  // Of what a client expects beyond 100-continue nothing is known here; it is free to be disappointed.
  server.on('checkExpectation', listener)
  return server
}

/** Without its query. */
export function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? ''
}
