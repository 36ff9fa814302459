import type { Log } from './application/ports/log.ts'
import { makeUseCases } from './application/use-cases.ts'
import type { Config } from './config/schema.ts'
import { createMemoryCallStore } from './infrastructure/memory-call-store.ts'
import { createMemoryPresence } from './infrastructure/memory-presence.ts'
import { createPasswordHasher } from './infrastructure/passwords/password-hasher.ts'
import { randomIds } from './infrastructure/random-ids.ts'
import { systemClock } from './infrastructure/system-clock.ts'
import { makeInputs } from './session/inputs.ts'
import type { EndpointContext } from './session/endpoint.ts'
import { createSignalingServer, type ServerOptions } from './tcp/server.ts'
import type { LoadedTls } from './tcp/tls-context.ts'
import { loadTls, openResources } from './resources.ts'

export interface Daemon {
  readonly port: number
  /** Reads the certificate files again; on a fault the old certificate stays, and the answer is false. */
  reloadTls(config: Config): boolean
  /** Ends calls, tells every client, and lets go of everything held. */
  stop(): Promise<void>
}

/** How often deadlines are looked at: the precision of every timeout. */
const TICK_MS = 250

/** The one place where ports meet their adapters. Throws a StartupError with all that is wrong. */
export async function startDaemon(config: Config, log: Log): Promise<Daemon> {
  const { tls, users } = await openResources(config, log)
  const { security, calls, server } = config
  const hasher = createPasswordHasher({
    cost: security.bcrypt_cost,
    threads: security.hash_threads,
    maxPending: security.max_pending_hashes,
  })
  const clock = systemClock
  const useCases = makeUseCases(
    {
      users,
      hasher,
      clock,
      log,
      ids: randomIds,
      presence: createMemoryPresence(),
      calls: createMemoryCallStore(),
    },
    { sessionPolicy: security.session_policy, ringTimeoutMs: calls.ring_timeout_ms },
  )
  const inputs = makeInputs({ useCases, log })
  const signaling = createSignalingServer(serverOptions(config, tls, { inputs, clock, log }))
  const ticker = setInterval(() => {
    const now = clock.monotonicMs()
    signaling.tick(now)
    inputs.tick(now)
  }, TICK_MS)

  async function release(): Promise<void> {
    clearInterval(ticker)
    await hasher.close()
    await users.close()
  }

  try {
    const port = await signaling.listen(server.port, server.bind_address)
    return {
      port,
      reloadTls(renewed) {
        const loaded = loadTls(renewed, log)
        if (!loaded.ok)
          log.error({ faults: loaded.error }, 'certificate not reloaded; the old one stays in use')
        else if (loaded.value !== undefined) signaling.replaceTls(loaded.value.options)
        return loaded.ok
      },
      async stop() {
        await inputs.shutDown(clock.monotonicMs())
        await signaling.close()
        await release()
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}

function serverOptions(
  { server, limits, heartbeat, security }: Config,
  tls: LoadedTls | undefined,
  endpoint: Pick<EndpointContext, 'inputs' | 'clock' | 'log'>,
): ServerOptions {
  return {
    tls: tls?.options,
    maxConnections: server.max_connections,
    handshakeTimeoutMs: limits.handshake_timeout_ms,
    keepAliveMs: heartbeat.tcp_keepalive_ms,
    limits: {
      maxFrameBytes: limits.max_frame_bytes,
      maxOutboundBytes: limits.max_outbound_bytes,
      frameTimeoutMs: limits.frame_timeout_ms,
      lingerTimeoutMs: limits.linger_timeout_ms,
    },
    endpoint: {
      ...endpoint,
      heartbeat: { intervalMs: heartbeat.interval_ms, timeoutMs: security.session_timeout_secs * 1000 },
      loginTimeoutMs: limits.login_timeout_ms,
    },
  }
}
