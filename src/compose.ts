import type { Log } from './application/ports/log.ts'
import { makeUseCases, type Policies, type Ports } from './application/use-cases.ts'
import type { Config } from './config/schema.ts'
import { fitToDescriptors } from './descriptors.ts'
import { watchDescriptors } from './infrastructure/descriptor-watch.ts'
import { createIceServers } from './infrastructure/ice-servers.ts'
import { createMemoryCallStore } from './infrastructure/memory-call-store.ts'
import { createMemoryPresence } from './infrastructure/memory-presence.ts'
import { openFilesLimit } from './infrastructure/open-files-limit.ts'
import { createPasswordHasher } from './infrastructure/passwords/password-hasher.ts'
import { randomIds } from './infrastructure/random-ids.ts'
import { randomTokens } from './infrastructure/random-tokens.ts'
import { systemClock } from './infrastructure/system-clock.ts'
import { systemPause } from './infrastructure/system-pause.ts'
import { systemRandom } from './infrastructure/system-random.ts'
import { loadTls, openResources } from './resources.ts'
import { makeDrain } from './session/drain.ts'
import { makeInputs } from './session/inputs.ts'
import { drainPeriods, publicSettings, rateLimits, serverOptions } from './settings.ts'
import { createSignalingServer } from './tcp/server.ts'

export interface Daemon {
  readonly port: number
  /** Reads the certificate files again; on a fault the old certificate stays, and the answer is false. */
  reloadTls(config: Config): boolean
  /** Takes nobody and no call any more, and lets everybody leave one by one; `stop` is to follow. Resolves when all were told to go. */
  drain(): Promise<void>
  /**
   * Tells every client, ends the calls that cannot outlive a restart, leaves the rest to the next run, lets go of all. A
   * drain that is under way is over at once.
   */
  stop(): Promise<void>
}

/** How often deadlines are looked at: the precision of every timeout. */
const TICK_MS = 250

/** The one place where ports meet their adapters. Throws a StartupError with all that is wrong. */
export async function startDaemon(configured: Config, log: Log): Promise<Daemon> {
  const { config, warning } = fitToDescriptors(configured, openFilesLimit())
  if (warning !== undefined) log.warn({}, warning)
  const clock = systemClock
  const { tls, users, archive } = await openResources(config, { log, clock })
  const { security, presence, calls, resume, webrtc, server } = config
  const hasher = createPasswordHasher({
    cost: security.bcrypt_cost,
    threads: security.hash_threads,
    maxPending: security.max_pending_hashes,
    clock,
  })
  const ports: Ports = {
    users,
    hasher,
    clock,
    log,
    ids: randomIds,
    presence: createMemoryPresence(),
    calls: createMemoryCallStore(),
    iceServers: createIceServers({
      stunUrls: webrtc.stun_servers,
      turnServers: webrtc.turn_servers,
      ttlSecs: webrtc.turn_ttl_secs,
      clock,
    }),
  }
  const policies: Policies = {
    sessionPolicy: security.session_policy,
    ringTimeoutMs: calls.ring_timeout_ms,
    resumeWindowMs: resume.window_ms,
  }
  const useCases = makeUseCases(ports, policies)
  const settings = publicSettings(config)
  const rates = rateLimits(config)
  const inputs = makeInputs({
    useCases,
    ports,
    tokens: randomTokens,
    archive,
    settings,
    rates,
    pause: systemPause,
    presenceWindowMs: presence.merge_window_ms,
  })
  const signaling = createSignalingServer(serverOptions(config, tls, { inputs, clock, log, rates }))
  const drain = makeDrain({
    inputs,
    crowd: signaling,
    clock,
    pause: systemPause,
    random: systemRandom,
    ...drainPeriods(config),
  })
  const hurry = new AbortController()
  let draining: Promise<void> | undefined
  const ticker = setInterval(() => {
    const now = clock.monotonicMs()
    signaling.tick(now)
    inputs.tick(now)
  }, TICK_MS)
  const stopWatching = watchDescriptors(log)

  async function release(): Promise<void> {
    clearInterval(ticker)
    stopWatching()
    await hasher.close()
    await users.close()
  }

  try {
    await inputs.restore()
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
      drain() {
        draining ??= drain(hurry.signal)
        return draining
      },
      async stop() {
        hurry.abort()
        await draining
        await inputs.shutDown()
        const closed = signaling.close()
        await inputs.save()
        await closed
        await release()
      },
    }
  } catch (error) {
    // What an earlier run left is for a later one, if this one cannot begin.
    await inputs.save()
    await release()
    throw error
  }
}
