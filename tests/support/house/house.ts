import type { SecurityLog } from '../../../src/application/ports/security-log.ts'
import { noCallDetailLog } from '../../../src/infrastructure/log/cdr-log.ts'
import { noSecurityLog } from '../../../src/infrastructure/log/security-log.ts'
import { createFigures, type Figures } from '../../../src/session/figures/figures.ts'
import type { JournalEntry } from '../../../src/application/ports/session-journal.ts'
import { makeUseCases, type Policies, type Ports } from '../../../src/application/use-cases.ts'
import type { Tx } from '../../../src/application/ports/transaction.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { createIceServers } from '../../../src/infrastructure/ice/ice-servers.ts'
import { createCallHistory } from '../../../src/infrastructure/history-file/call-history.ts'
import { createMemoryCallStore } from '../../../src/infrastructure/memory/memory-call-store.ts'
import { createMemoryPresence } from '../../../src/infrastructure/memory/memory-presence.ts'
import { createMemoryRooms } from '../../../src/infrastructure/memory/memory-rooms.ts'
import { createMemorySessions } from '../../../src/infrastructure/memory/memory-sessions.ts'
import { createMemoryTransactions } from '../../../src/infrastructure/memory/memory-transactions.ts'
import { createMessageIds } from '../../../src/infrastructure/system/message-ids.ts'
import { randomIds } from '../../../src/infrastructure/system/random-ids.ts'
import { randomTokens } from '../../../src/infrastructure/system/random-tokens.ts'
import type { EndpointContext } from '../../../src/session/conversation/endpoint.ts'
import type { DrainPeriods } from '../../../src/session/drain.ts'
import type { InputsContext } from '../../../src/session/assembly.ts'
import { makeInputs } from '../../../src/session/inputs.ts'
import type { PublicSettings } from '../../../src/session/delivery/public-settings.ts'
import { type RateLimits, unlimited } from '../../../src/session/rates/rate-limits.ts'
import { publicSettings, roomRules } from '../../../src/daemon/settings.ts'
import { SharedMemory } from '../cluster/shared-memory.ts'
import { createAccountPorts } from './account-ports.ts'
import { beginDrain, type HouseDrain } from './drain.ts'
import { createHouseJournal } from './journal.ts'
import { createPlainHasher } from './plain-hasher.ts'
import { silentLog } from './silent-log.ts'
import { createHouseTime } from './time.ts'
import { createHouseTokens } from './tokens.ts'
import { HouseClient, settled } from './house-client.ts'
import { T } from '../wire/wire.ts'

export { HouseClient, settled, silentLog }

type HouseOptions = Partial<
  Policies &
    Ports &
    Tx &
    Pick<EndpointContext, 'loginTimeoutMs'> &
    Pick<InputsContext, 'callDetailLog' | 'hooks' | 'waker' | 'sfu'>
> & {
  readonly limits?: Partial<PublicSettings['limits']>
  readonly info?: PublicSettings['info']
  /** By default there are none. */
  readonly rates?: RateLimits
  /** By default each change of presence is told by itself. */
  readonly presenceWindowMs?: number
  /** What ICE_SERVERS hands out; expiry counts by the house's own clock. */
  readonly ice?: Partial<Omit<Parameters<typeof createIceServers>[0], 'clock'>>
  /** Where the wall clock stands at the beginning. */
  readonly startedAtMs?: number
  /** What an earlier house has left. */
  readonly left?: readonly JournalEntry[]
  readonly maxTotalOutboxBytes?: number
  readonly hangUpUnresumableCalls?: boolean
  /** What it shares with other houses, as one of several nodes. */
  readonly world?: SharedMemory | undefined
  /** Its name among them. */
  readonly node?: string
  readonly securityLog?: SecurityLog
  /** Whose tokens count beside those of the house. */
  readonly issuers?: Parameters<typeof createHouseTokens>[1]
}

export interface House {
  readonly ports: Ports & Tx
  readonly inputs: ReturnType<typeof makeInputs>
  readonly rates: RateLimits
  readonly figures: Figures
  /** `address`: where the client is; by default each is somewhere else. */
  connect(address?: string): HouseClient
  /** `capabilities`: those of a HELLO before the login; without it the client is one of v1. */
  logIn(username: string, capabilities?: readonly string[]): Promise<HouseClient>
  /** Lets time pass as the server's ticker would see it, and all that follows from it happen. */
  pass(ms: number): Promise<void>
  /** Somebody sets the machine's clock, which is no time that passes. */
  setClock(byMs: number): void
  /** Begins what SIGTERM begins; `pass` brings the rest about. `fractions`: where in the window each client goes. */
  drain(periods: DrainPeriods, fractions?: readonly number[]): Promise<HouseDrain>
  /** Stops this house as SIGINT does, and gives the one that is there `downMs` later. `look` is shown what it left. */
  restart(downMs?: number, look?: (left: readonly JournalEntry[]) => void): Promise<House>
  /** The same for one that ends without a word, as by kill -9. */
  crash(downMs?: number): Promise<House>
}

/** The daemon from endpoint to stores, without sockets and with a clock that only the test moves. */
export function createHouse({ left, ...options }: HouseOptions = {}): House {
  const time = options.world?.time ?? createHouseTime(options.startedAtMs ?? 1_700_000_000_000)
  const { clock, pause } = time
  const ports: Ports & Tx = {
    ...createAccountPorts(),
    hasher: createPlainHasher(),
    sessions: createMemorySessions(),
    presence: createMemoryPresence(),
    calls: createMemoryCallStore(),
    rooms: createMemoryRooms(),
    // Those of a process follow no clock that goes back, and other houses of it have clocks of their own.
    ids: { ...randomIds, message: createMessageIds() },
    iceServers: createIceServers({
      stunUrls: ['stun:stun.example.org'],
      turnServers: [],
      ttlSecs: 1,
      ...options.ice,
      clock,
    }),
    clock,
    log: silentLog,
    history: createCallHistory({ limits: { maxEntries: 200, maxCalls: 100_000, keepDays: 90 }, clock }),
    messages: undefined,
    files: undefined,
    push: undefined,
    accessTokens: createHouseTokens({ clock, log: options.log ?? silentLog }, options.issuers),
    ...options,
  }
  const defaults = publicSettings(configSchema.parse({}))
  const settings = {
    ...defaults,
    withheld: defaults.withheld.filter(
      (name) => (name === 'sfu' ? options.sfu : name === 'push' ? ports.push : ports.messages) === undefined,
    ),
    limits: { ...defaults.limits, ...options.limits },
    ...(options.info && { info: options.info }),
  }
  const { rates = unlimited, presenceWindowMs = 0, securityLog = noSecurityLog } = options
  const figures = createFigures()
  const world = options.world ?? (ALL_SHARE ? new SharedMemory(time) : undefined)
  const shared = world?.node(options.node ?? 'alone')
  const messageRules = { maxTextBytes: 4096 }
  const useCases = makeUseCases(ports, {
    sessionPolicy: 'replace',
    registration: 'open',
    maxSessionsPerUser: 1,
    ringTimeoutMs: 30_000,
    resumeWindowMs: settings.limits.resume_window_ms,
    roomRules: roomRules(configSchema.parse({})),
    messageRules,
    ...options,
  })
  const kept = createHouseJournal(() => clock.wallMs())
  const journal = { ...kept.journal, read: () => Promise.resolve(left) }
  const inputs = makeInputs({
    useCases,
    ports,
    engine: engine(),
    tokens: randomTokens,
    sfu: options.sfu,
    journal: world === undefined ? journal : undefined,
    securityLog,
    callDetailLog: options.callDetailLog ?? noCallDetailLog,
    hooks: options.hooks,
    waker: options.waker,
    figures,
    settings,
    rates,
    pause,
    presenceWindowMs,
    maxSessionsPerUser: options.maxSessionsPerUser ?? 1,
    messageRules,
    keepMessagesDays: 365,
    roomLabel: options.roomRules?.label ?? '',
    maxTotalOutboxBytes: options.maxTotalOutboxBytes ?? Infinity,
    hangUpUnresumableCalls: options.hangUpUnresumableCalls ?? false,
  })
  const clients: HouseClient[] = []
  if (shared !== undefined) void inputs.restore()

  function engine(): InputsContext['engine'] {
    if (shared === undefined) return { kind: 'own', transact: createMemoryTransactions(ports) }
    const { sessions, calls, rooms, presence } = ports
    const stores = { sessions, calls, rooms, presence }
    const random = { fraction: () => 0 }
    return {
      kind: 'shared',
      state: shared,
      stores,
      scratchCalls: createMemoryCallStore,
      ids: randomIds,
      random,
    }
  }

  return {
    ports,
    inputs,
    rates,
    figures,

    connect(address) {
      const id = clients.length + 1
      const client = new HouseClient(id, address ?? `192.0.2.${id}`, {
        inputs,
        clock,
        log: ports.log,
        securityLog,
        figures,
        heartbeat: { intervalMs: 30_000, timeoutMs: 60_000 },
        rates,
        loginTimeoutMs: options.loginTimeoutMs ?? 10_000,
      })
      clients.push(client)
      return client
    },

    async logIn(username, capabilities) {
      const client = this.connect()
      if (capabilities !== undefined) await client.hello(capabilities)
      await client.send(T.REGISTER_REQUEST, { username, password_hash: 'pw' })
      client.take()
      await client.send(T.LOGIN_REQUEST, { username, password_hash: 'pw' })
      const [response] = client.take(T.LOGIN_RESPONSE)
      client.userId = String(response?.payload['user_id'])
      client.token = String(response?.payload['session_token'])
      return client
    },

    async pass(ms) {
      time.move(ms)
      for (const client of clients) client.endpoint.tick(clock.monotonicMs())
      inputs.tick(clock.monotonicMs())
      await settled()
    },

    setClock(byMs) {
      time.setClock(byMs)
    },

    async drain(periods, fractions = []) {
      const drain = beginDrain({ ...time, inputs, clients }, periods, fractions)
      await settled()
      return drain
    },

    async restart(downMs = 0, look) {
      await inputs.shutDown()
      for (const client of clients) client.endpoint.goAway(1000)
      await inputs.save()
      look?.(kept.entries())
      return successor(downMs)
    },

    crash: (downMs = 0) => {
      kept.journal.alive()
      for (const client of clients) client.ended = true
      world?.kill(options.node ?? 'alone')
      return successor(downMs)
    },
  }

  async function successor(downMs: number): Promise<House> {
    const { users, doNotDisturb, invites, hasher, history } = ports
    const startedAtMs = clock.wallMs() + downMs
    if (world !== undefined) time.move(downMs)
    const own = { users, doNotDisturb, invites, hasher, history, world }
    const house = createHouse({ ...options, ...own, startedAtMs, left: kept.entries() })
    if (world === undefined) await house.inputs.restore()
    await settled()
    // As the ticker of a daemon that begins, which finds what nobody looks after.
    if (world !== undefined) await house.pass(0)
    return house
  }
}

/** To run whatever there is on the engine that nodes share. */
export const ALL_SHARE = process.env['ROOMRTC_HOUSE'] === 'shared'
