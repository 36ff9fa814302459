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
import { randomIds } from '../../../src/infrastructure/system/random-ids.ts'
import { randomTokens } from '../../../src/infrastructure/system/random-tokens.ts'
import { FrameDecoder } from '../../../src/protocol/framing/frame-decoder.ts'
import { Endpoint, type EndpointContext } from '../../../src/session/conversation/endpoint.ts'
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
import { checkUnnegotiated, frame, type Received, T, takeFrames } from '../wire/wire.ts'

export { silentLog }

type HouseOptions = Partial<
  Policies & Ports & Tx & Pick<EndpointContext, 'loginTimeoutMs'> & Pick<InputsContext, 'callDetailLog'>
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
    ids: randomIds,
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
    accessTokens: createHouseTokens({ clock, log: options.log ?? silentLog }, options.issuers),
    ...options,
  }
  const defaults = publicSettings(configSchema.parse({}))
  const settings = {
    ...defaults,
    limits: { ...defaults.limits, ...options.limits },
    ...(options.info && { info: options.info }),
  }
  const { rates = unlimited, presenceWindowMs = 0, securityLog = noSecurityLog } = options
  const figures = createFigures()
  const world = options.world ?? (ALL_SHARE ? new SharedMemory(time) : undefined)
  const shared = world?.node(options.node ?? 'alone')
  const useCases = makeUseCases(ports, {
    sessionPolicy: 'replace',
    registration: 'open',
    maxSessionsPerUser: 1,
    ringTimeoutMs: 30_000,
    resumeWindowMs: settings.limits.resume_window_ms,
    roomRules: roomRules(configSchema.parse({})),
    ...options,
  })
  const kept = createHouseJournal(() => clock.wallMs())
  const journal = { ...kept.journal, read: () => Promise.resolve(left) }
  const inputs = makeInputs({
    useCases,
    ports,
    engine: engine(),
    tokens: randomTokens,
    journal: world === undefined ? journal : undefined,
    securityLog,
    callDetailLog: options.callDetailLog ?? noCallDetailLog,
    figures,
    settings,
    rates,
    pause,
    presenceWindowMs,
    maxSessionsPerUser: options.maxSessionsPerUser ?? 1,
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
    return house
  }
}

/** To run whatever there is on the engine that nodes share. */
export const ALL_SHARE = process.env['ROOMRTC_HOUSE'] === 'shared'

export class HouseClient {
  readonly endpoint: Endpoint
  userId = ''
  /** Those of its latest HELLO. */
  capabilities: readonly string[] = []
  /** That of the session, as the login told it. */
  token = ''
  ended = false
  /** Its connection may put several frames into one TLS record. */
  joinsFrames = false
  /** What its transport says of it: congested, at once or when so many bytes are written together. */
  readonly sink: { isCongested: boolean; congestAt?: number } = { isCongested: false }
  /** The frame written last, as the sink was given it. */
  lastFrame: Buffer | undefined
  /** How many buffers the sink was given. */
  writes = 0
  readonly #inbox: Received[] = []
  readonly #decoder = new FrameDecoder(1_048_576)
  #saidHello = false

  constructor(id: number, address: string, context: EndpointContext) {
    const state = this.sink
    this.endpoint = new Endpoint(
      id,
      {
        address,
        trust: () => undefined,
        distrust: () => undefined,
        get isCongested() {
          return state.isCongested
        },
        isSilent: false,
        transport: 'tcp',
        hasPings: false,
        ping: () => undefined,
        joinsFrames: true,
        copiesSmall: false,
        writeAll: (pieces) => {
          for (const piece of pieces) this.#receive(piece)
          if (pieces.reduce((bytes, { length }) => bytes + length, 0) >= (state.congestAt ?? Infinity))
            state.isCongested = true
        },
        joinFrames: () => {
          this.joinsFrames = true
        },
        write: (bytes) => {
          this.#receive(bytes)
        },
        end: () => {
          this.ended = true
        },
      },
      context,
    )
  }

  #receive(bytes: Buffer): void {
    this.lastFrame = bytes
    this.writes += 1
    const { frames } = takeFrames(bytes)
    if (!this.#saidHello) frames.forEach(checkUnnegotiated)
    this.#inbox.push(...frames)
  }

  async hello(capabilities: readonly string[]): Promise<void> {
    this.capabilities = capabilities
    await this.send(T.HELLO, { protocol: 1, client: 'test', capabilities })
  }

  /** Sends, and waits until the message is handled and everybody concerned was told. */
  async send(type: number, payload: object | string | Uint8Array): Promise<void> {
    if (type === T.HELLO) this.#saidHello = true
    this.#decoder.push(frame(type, payload))
    const whole = this.#decoder.next()
    if (whole !== undefined) await this.endpoint.receive(whole)
    await settled()
  }

  async drop(): Promise<void> {
    this.endpoint.lost()
    await settled()
  }

  /** What was received since the last look; of one type, where given. */
  take(type?: number): Received[] {
    const taken = this.#inbox.filter((received) => type === undefined || received.type === type)
    const left = this.#inbox.filter((received) => !taken.includes(received))
    this.#inbox.splice(0, this.#inbox.length, ...left)
    return taken
  }

  /** The same as [type, payload] pairs, for a comparison at one glance. */
  seen(): [number, Readonly<Record<string, unknown>>][] {
    return this.take().map(({ type, payload }) => [type, payload])
  }
}

/** Everything here waits for nothing but promises, and those are all done before the next macrotask. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
