import { givingFilesBack } from './application/messages/giving-files-back.ts'
import type { Log } from './application/ports/system/log.ts'
import { wakersOf } from './application/push/wakers.ts'
import { makeUseCases, type Policies, type Ports } from './application/use-cases.ts'
import type { Config } from './config/schema.ts'
import { MAX_SESSIONS_PER_USER } from './config/sections/security.ts'
import type { Daemon } from './daemon/daemon.ts'
import { fitToDescriptors } from './daemon/descriptors.ts'
import { watchDescriptors } from './infrastructure/system/descriptor-watch.ts'
import { createIceServers } from './infrastructure/ice/ice-servers.ts'
import { openFilesLimit } from './infrastructure/system/open-files-limit.ts'
import { createPasswordHasher } from './infrastructure/passwords/password-hasher.ts'
import { noCallDetailLog, type OwnCallDetailLog } from './infrastructure/log/cdr-log.ts'
import { noSecurityLog, type OwnSecurityLog } from './infrastructure/log/security-log.ts'
import { watchLoop } from './infrastructure/system/loop-delay.ts'
import { randomIds } from './infrastructure/system/random-ids.ts'
import { randomTokens } from './infrastructure/system/random-tokens.ts'
import { systemPause } from './infrastructure/system/system-pause.ts'
import { systemRandom } from './infrastructure/system/system-random.ts'
import { urlsOf } from './daemon/doors/urls.ts'
import { openHttp } from './daemon/doors/open-http.ts'
import { openAll } from './daemon/open-all.ts'
import { openControl } from './daemon/control/open-control.ts'
import { makeReloadTls } from './daemon/resources/reload-tls.ts'
import { beginCounting, countEvents, openMetrics, watchDisk } from './daemon/metrics/open-metrics.ts'
import { timedGate } from './daemon/metrics/timed-gate.ts'
import { openEngine } from './daemon/resources/open-engine.ts'
import { openHooks } from './daemon/resources/open-hooks.ts'
import { openSfu } from './daemon/resources/open-sfu.ts'
import { openResources } from './daemon/resources/resources.ts'
import { makeDrain } from './session/drain.ts'
import { makeInputs } from './session/inputs.ts'
import {
  drainPeriods,
  endpointContext,
  messageRules,
  placeLimits,
  publicSettings,
  rateLimits,
  roomRules,
  serverOptions,
} from './daemon/settings.ts'
import { Reception } from './transport/admission/reception.ts'
import { gateOf } from './transport/connection/gate.ts'
import { makeCrowd } from './transport/admission/crowd.ts'
import { createSignalingServer } from './transport/tcp/server.ts'

/** How often deadlines are looked at: the precision of every timeout. */
const TICK_MS = 250

/** The one place where ports meet their adapters. Throws a StartupError with all that is wrong. */
export async function startDaemon(
  configured: Config,
  log: Log,
  ownSecurityLog: OwnSecurityLog = noSecurityLog,
  callDetailLog: OwnCallDetailLog = noCallDetailLog,
): Promise<Daemon> {
  const { config, warning } = fitToDescriptors(configured, openFilesLimit())
  if (warning !== undefined) log.warn({}, warning)
  const { engine, clock, limits } = await openEngine(config, log)
  const counted = beginCounting()
  const { figures } = counted
  const securityLog = countEvents(ownSecurityLog, counted)
  const { tls, journal, files, ...stores } = await openResources(config, {
    log,
    clock,
    disk: watchDisk(counted),
  })
  const webhooks = await openHooks(config, { clock, log })
  const { users, guests, doNotDisturb, invites, accessTokens, history } = stores
  const messages =
    stores.messages && files ? givingFilesBack(stores.messages, { ...files, clock }) : stores.messages
  const { security, presence, calls, resume, webrtc, server } = config
  const hasher = createPasswordHasher({
    cost: security.bcrypt_cost,
    threads: security.hash_threads,
    maxPending: security.max_pending_hashes,
    clock,
  })
  const ports: Ports = {
    ...stores,
    messages,
    files: files?.files,
    hasher,
    clock,
    log,
    ids: randomIds,
    iceServers: createIceServers({
      stunUrls: webrtc.stun_servers,
      turnServers: webrtc.turn_servers,
      ttlSecs: webrtc.turn_ttl_secs,
      clock,
    }),
  }
  const policies: Policies = {
    sessionPolicy: security.session_policy,
    registration: security.registration,
    maxSessionsPerUser: Math.min(security.max_sessions_per_user, MAX_SESSIONS_PER_USER),
    ringTimeoutMs: calls.ring_timeout_ms,
    resumeWindowMs: resume.window_ms,
    roomRules: roomRules(config),
    messageRules: messageRules(config),
  }
  const useCases = makeUseCases(ports, policies)
  const settings = publicSettings(config)
  const rates = rateLimits(config, limits)
  const sfu = await openSfu(config, {
    clock,
    log,
    tell: (news) => {
      inputs.sfuTells(news)
    },
  })
  const inputs = makeInputs({
    useCases,
    ports,
    engine,
    tokens: randomTokens,
    sfu,
    journal,
    securityLog,
    callDetailLog,
    hooks: webhooks,
    waker: wakersOf(stores.push?.service, webhooks),
    figures,
    settings,
    rates,
    pause: systemPause,
    presenceWindowMs: presence.merge_window_ms,
    maxSessionsPerUser: policies.maxSessionsPerUser,
    messageRules: policies.messageRules,
    keepMessagesDays: config.messages.keep_days,
    roomLabel: policies.roomRules.label,
    maxTotalOutboxBytes: resume.max_total_outbox_bytes,
    hangUpUnresumableCalls: config.drain.hang_up_unresumable_calls,
  })
  users.whenEdited(inputs.accountsEdited)
  users.whenSessionsEnd(inputs.sessionsToEnd)
  const reception = new Reception({ ...placeLimits(config), rates, figures, clock, log })
  const endpoint = endpointContext(config, { inputs, clock, log, securityLog, figures, rates })
  const gate = timedGate(journal === undefined ? history : gateOf(history, journal), figures.signals, clock)
  const signaling = createSignalingServer(serverOptions(config, tls, reception, { endpoint, gate }))
  let draining: Promise<void> | undefined
  let isReady = false
  const loop = watchLoop(clock.monotonicMs())
  const metrics = openMetrics({
    ...{ config, counted, reception, inputs, users, rates, hasher, loop, webhooks, clock },
    push: stores.push?.service,
    isReady: () => isReady,
  })
  const http = await openHttp({
    config,
    tls,
    reception,
    inputs,
    rates,
    endpoint,
    gate,
    users,
    guests,
    files,
    fileReaders: { maySee: inputs.inquiries.maySeeFile },
    accessTokens,
    isReady: () => isReady,
    metrics,
    clock,
    log,
  })
  const doors = http === undefined ? [signaling] : [signaling, http]
  const crowd = makeCrowd({
    reception,
    doors,
    lingerTimeoutMs: config.limits.linger_timeout_ms,
    reconnectAfterMs: server.reconnect_after_ms,
  })
  const drain = makeDrain({
    inputs,
    crowd,
    clock,
    pause: systemPause,
    random: systemRandom,
    ...drainPeriods(config),
  })
  const hurry = new AbortController()
  const ticker = setInterval(() => {
    const now = clock.monotonicMs()
    ownSecurityLog.tick(now)
    crowd.tick(now)
    http?.tick(now)
    files?.tick(now)
    inputs.tick(now)
  }, TICK_MS)
  const stopWatching = watchDescriptors(log)

  async function release(): Promise<void> {
    clearInterval(ticker)
    stopWatching()
    loop.end()
    await webhooks?.close()
    await sfu?.end()
    await stores.push?.close()
    await hasher.close()
    await messages?.close()
    await files?.close()
    await history.close()
    await doNotDisturb.close()
    await invites.close()
    await users.close()
    ownSecurityLog.close()
    callDetailLog.close()
  }

  try {
    await inputs.restore()
    const [port, httpPort] = await openAll([
      signaling.listen(server.port, server.bind_address),
      http?.listen(config.http.port, config.http.bind_address),
    ])
    isReady = true
    return {
      port,
      httpPort,
      urls: urlsOf(config, { port, httpPort, servesPage: http?.servesPage ?? false }),
      metrics,
      reloadTls: makeReloadTls(doors, log),
      reloadAccounts: () => users.takeOverEdits(),
      openControl: (process) =>
        openControl(
          {
            config,
            port,
            users,
            doNotDisturb,
            invites,
            messages,
            hasher,
            accessTokens,
            inputs,
            reception,
            rates,
            figures,
            metrics,
            clock,
            log,
            securityLog,
          },
          process,
        ),
      drain() {
        isReady = false
        draining ??= drain(hurry.signal)
        return draining
      },
      async stop() {
        isReady = false
        hurry.abort()
        await draining
        await inputs.shutDown()
        const closed = crowd.close()
        await inputs.save()
        await closed
        await release()
      },
    }
  } catch (error) {
    // What an earlier run left is for a later one, if this one cannot begin.
    await crowd.close()
    await inputs.save()
    await release()
    throw error
  }
}
