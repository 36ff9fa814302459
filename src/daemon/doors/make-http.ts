import type { IncomingMessage } from 'node:http'
import type { AccessTokens } from '../../application/ports/access-tokens.ts'
import type { FileReaders } from '../../application/ports/files.ts'
import type { Guests } from '../../application/ports/guests.ts'
import type { Metrics } from '../../application/ports/metrics.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import type { Config } from '../../config/schema.ts'
import type { EndpointContext } from '../../session/conversation/endpoint.ts'
import type { Inputs } from '../../session/inputs.ts'
import type { RateLimits } from '../../session/rates/rate-limits.ts'
import { createNetworks } from '../../transport/admission/address/networks.ts'
import type { Peer } from '../../transport/admission/peer.ts'
import type { Reception } from '../../transport/admission/reception.ts'
import type { Gate } from '../../transport/connection/gate.ts'
import { makeApp } from '../../transport/http/app.ts'
import { createHttpServer, type HttpServer, pathOf } from '../../transport/http/http-server.ts'
import type { PageFiles } from '../../transport/http/page-file.ts'
import { makeRequestListener } from '../../transport/http/request-listener.ts'
import { addRoutes } from '../../transport/http/routes.ts'
import type { SocketIoDoor } from '../../transport/socketio/socket-io-door.ts'
import { Mailboxes } from '../../transport/http/sessions/mailboxes.ts'
import { forwardedPeer } from '../../transport/proxy/forwarded-peer.ts'
import { createOptionalProxyGate } from '../../transport/proxy/optional-proxy-gate.ts'
import { noProxy } from '../../transport/proxy/proxy-gate.ts'
import type { LoadedTls } from '../../transport/tls/tls-context.ts'
import { makeWebSocketDoors } from './make-web-socket-doors.ts'
import { proxyOptions } from '../settings.ts'
import { VERSION } from '../version.ts'
import type { OpenFiles } from '../files/open-files.ts'
import type { FileDoor } from './make-file-door.ts'

const MS_PER_SECOND = 1000

export interface HttpDoor extends HttpServer {
  readonly servesPage: boolean
  /** `now` in monotonic milliseconds. */
  tick(now: number): void
}

export interface HttpParts {
  readonly config: Config
  readonly tls: LoadedTls | undefined
  readonly reception: Reception
  readonly inputs: Pick<Inputs, 'administration' | 'inquiries' | 'answersTo'>
  readonly endpoint: EndpointContext
  readonly gate: Gate
  readonly users: Pick<UserStore, 'findByName' | 'count'>
  readonly guests: Pick<Guests, 'isGuest'> | undefined
  /** Undefined where nobody may upload any. */
  readonly files: OpenFiles | undefined
  /** Who may see a file beside its uploader. */
  readonly fileReaders: FileReaders
  readonly accessTokens: Pick<AccessTokens, 'publicKeys'>
  readonly rates: RateLimits
  /** It takes connections and calls. */
  readonly isReady: () => boolean
  readonly metrics: Metrics
  readonly clock: Clock
  readonly log: Log
}

/** What only some configurations have. */
export interface HttpExtras {
  /** Where clients of that kind are served. */
  readonly socketIo: SocketIoDoor | undefined
  readonly page: PageFiles | undefined
  /** Where files are uploaded and fetched. */
  readonly fileDoor: FileDoor | undefined
}

/** The door of browsers and scripts. */
export function makeHttp(parts: HttpParts, { socketIo, page, fileDoor }: HttpExtras): HttpDoor {
  const { config, tls, reception, inputs, users, accessTokens, gate, rates, metrics, clock, log, isReady } =
    parts
  const { http, proxy, server, limits, heartbeat, security, resume } = config
  const isProxy = createNetworks(proxy.networks)
  const proxies = proxyOptions(proxy)
  const app = makeApp({
    client: (request) => web.client(request),
    reception,
    allowedOrigins: http.allowed_origins,
    isSecure: http.enable_tls,
    maxBodyBytes: limits.max_frame_bytes,
    takesBody: fileDoor?.takesBody,
    filesFrom: fileDoor?.from,
    rates,
    clock,
    log,
  })
  const mailboxes = new Mailboxes({
    endpoint: parts.endpoint,
    reception,
    gate,
    answersTo: inputs.answersTo,
    owedFrom: inputs.inquiries.owedFrom,
    idleMs: security.session_timeout_secs * MS_PER_SECOND,
    windowMs: resume.window_ms,
  })
  const doors = makeWebSocketDoors(parts)
  addRoutes(app, {
    upgradePaths: doors.map(({ path }) => path),
    inquiries: inputs.inquiries,
    administration: inputs.administration,
    mailboxes,
    reception,
    publicKeys: () => accessTokens.publicKeys(),
    findUser: (username) => users.findByName(username),
    totalUsers: () => users.count(),
    page,
    addFileRoutes: fileDoor?.addRoutes,
    watchers: http.metrics_networks,
    metrics,
    isReady,
    version: VERSION,
    server: { name: server.name, icon_url: server.icon_url, registration: security.registration },
    resumeWindowMs: resume.window_ms,
    drainTimeoutMs: limits.drain_timeout_ms,
    wallMs: () => clock.wallMs(),
    uptimeSecs: () => Math.floor(process.uptime()),
    log,
  })
  const listener = makeRequestListener(app, log)
  const web = createHttpServer({
    reception,
    isProxy,
    proxyGate: proxies === undefined ? noProxy : createOptionalProxyGate(proxies, isProxy, log, reception),
    tls: http.enable_tls ? tls?.options : undefined,
    maxConnections: server.max_connections,
    handshakeTimeoutMs: limits.handshake_timeout_ms,
    requestTimeoutMs: limits.handshake_timeout_ms,
    takesLong: fileDoor?.takesBody,
    keepAliveMs: heartbeat.tcp_keepalive_ms,
    listener: (request, response) => {
      const peer =
        socketIo !== undefined && pathOf(request) === socketIo.path ? web.client(request) : undefined
      if (peer === undefined) listener(request, response)
      else socketIo?.request(request, response, peer)
    },
    doors: socketIo === undefined ? doors : [...doors, socketIo],
    clientOf: (request: IncomingMessage, peer: Peer) => forwardedPeer(peer, forwardedFor(request), isProxy),
    log,
  })
  return {
    ...web,
    servesPage: page !== undefined,
    async close() {
      await Promise.all([web.close(), socketIo?.close()])
    },
    tick(now) {
      mailboxes.tick(now)
    },
  }
}

function forwardedFor({ headers }: IncomingMessage): string | undefined {
  const header = headers['x-forwarded-for']
  return Array.isArray(header) ? header.join(',') : header
}
