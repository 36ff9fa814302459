import type { IncomingMessage } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Metrics } from '../application/ports/metrics.ts'
import type { Clock } from '../application/ports/system/clock.ts'
import type { Log } from '../application/ports/system/log.ts'
import type { Config } from '../config/schema.ts'
import type { Inputs } from '../session/inputs.ts'
import type { RateLimits } from '../session/rates/rate-limits.ts'
import { createNetworks } from '../transport/admission/address/networks.ts'
import type { Peer } from '../transport/admission/peer.ts'
import type { Reception } from '../transport/admission/reception.ts'
import type { UpgradeDoor } from '../transport/admission/upgrade-door.ts'
import { makeApp } from '../transport/http/app.ts'
import { createHttpServer, type HttpServer } from '../transport/http/http-server.ts'
import { addMetricsRoute } from '../transport/http/routes/metrics-route.ts'
import { addStatusRoutes } from '../transport/http/routes/status-routes.ts'
import { forwardedPeer } from '../transport/proxy/forwarded-peer.ts'
import { createOptionalProxyGate } from '../transport/proxy/optional-proxy-gate.ts'
import { noProxy } from '../transport/proxy/proxy-gate.ts'
import type { LoadedTls } from '../transport/tls/tls-context.ts'
import { proxyOptions } from './settings.ts'
import { VERSION } from './version.ts'

export interface HttpParts {
  readonly config: Config
  readonly tls: LoadedTls | undefined
  readonly reception: Reception
  readonly inputs: Pick<Inputs, 'administration'>
  readonly rates: RateLimits
  readonly doors: readonly UpgradeDoor[]
  /** It takes connections and calls. */
  readonly isReady: () => boolean
  readonly metrics: Metrics
  readonly clock: Clock
  readonly log: Log
}

/** The door of browsers and scripts. */
export function makeHttp(parts: HttpParts): HttpServer {
  const { config, tls, reception, rates, metrics, clock, log, isReady } = parts
  const { http, proxy, server, limits, heartbeat } = config
  const isProxy = createNetworks(proxy.networks)
  const proxies = proxyOptions(proxy)
  const app = makeApp({
    client: (request) => web.client(request),
    allowedOrigins: http.allowed_origins,
    maxBodyBytes: limits.max_frame_bytes,
    rates,
    clock,
    log,
  })
  addStatusRoutes(app, {
    status: makeStatus(parts),
    isReady,
    version: VERSION,
    now: () => new Date(clock.wallMs()),
    uptimeSecs: () => Math.floor(process.uptime()),
  })
  addMetricsRoute(app, { metrics, networks: http.metrics_networks })
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const web = createHttpServer({
    reception,
    isProxy,
    proxyGate: proxies === undefined ? noProxy : createOptionalProxyGate(proxies, isProxy, log, reception),
    tls: http.enable_tls ? tls?.options : undefined,
    maxConnections: server.max_connections,
    handshakeTimeoutMs: limits.handshake_timeout_ms,
    requestTimeoutMs: limits.handshake_timeout_ms,
    keepAliveMs: heartbeat.tcp_keepalive_ms,
    listener: (request, response) => void answer(request, response),
    doors: parts.doors,
    clientOf: (request: IncomingMessage, peer: Peer) => forwardedPeer(peer, forwardedFor(request), isProxy),
    log,
  })
  return web
}

function forwardedFor({ headers }: IncomingMessage): string | undefined {
  const header = headers['x-forwarded-for']
  return Array.isArray(header) ? header.join(',') : header
}

function makeStatus({ inputs: { administration } }: HttpParts) {
  return async () => {
    let connectedUsers = 0
    for (const { connection } of administration.sessions()) if (connection !== undefined) connectedUsers += 1
    const calls = await administration.calls()
    return { connectedUsers, activeCalls: calls.filter(({ phase }) => phase === 'active').length }
  }
}
