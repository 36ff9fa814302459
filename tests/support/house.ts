import type { Clock } from '../../src/application/ports/clock.ts'
import type { Log } from '../../src/application/ports/log.ts'
import type { PasswordHasher } from '../../src/application/ports/password-hasher.ts'
import { makeUseCases, type Policies, type Ports } from '../../src/application/use-cases.ts'
import { ok } from '../../src/domain/result.ts'
import { createMemoryCallStore } from '../../src/infrastructure/memory-call-store.ts'
import { createMemoryPresence } from '../../src/infrastructure/memory-presence.ts'
import { createMemoryUserStore } from '../../src/infrastructure/memory-user-store.ts'
import { randomIds } from '../../src/infrastructure/random-ids.ts'
import { FrameDecoder } from '../../src/protocol/frame-decoder.ts'
import { Endpoint, type EndpointContext } from '../../src/session/endpoint.ts'
import { makeInputs } from '../../src/session/inputs.ts'
import { frame, type Received, T, takeFrames } from './wire.ts'

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

/** A hasher whose work is done when the test says so; by default at once. The real one has tests of its own. */
export function createPlainHasher(until: () => Promise<void> = () => Promise.resolve()): PasswordHasher {
  return {
    hash: async (password) => {
      await until()
      return ok(`plain ${password}`)
    },
    verify: async (password, hash) => {
      await until()
      return ok({ matches: hash === `plain ${password}`, stale: false })
    },
    close: () => Promise.resolve(),
  }
}

/** The daemon from endpoint to stores, without sockets and with a clock that only the test moves. */
export function createHouse(
  options: Partial<Policies & Ports & Pick<EndpointContext, 'loginTimeoutMs'>> = {},
) {
  let nowMs = 0
  const clock: Clock = { wallMs: () => 1_700_000_000_000 + nowMs, monotonicMs: () => nowMs }
  const ports: Ports = {
    users: createMemoryUserStore(),
    hasher: createPlainHasher(),
    presence: createMemoryPresence(),
    calls: createMemoryCallStore(),
    ids: randomIds,
    clock,
    log: silentLog,
    ...options,
  }
  const useCases = makeUseCases(ports, { sessionPolicy: 'replace', ringTimeoutMs: 30_000, ...options })
  const inputs = makeInputs({ useCases, log: ports.log })
  const clients: HouseClient[] = []

  return {
    ports,
    inputs,

    connect(): HouseClient {
      const client = new HouseClient(clients.length + 1, {
        inputs,
        clock,
        log: ports.log,
        heartbeat: { intervalMs: 30_000, timeoutMs: 60_000 },
        loginTimeoutMs: options.loginTimeoutMs ?? 10_000,
      })
      clients.push(client)
      return client
    },

    async logIn(username: string): Promise<HouseClient> {
      const client = this.connect()
      await client.send(T.REGISTER_REQUEST, { username, password_hash: 'pw' })
      client.take()
      await client.send(T.LOGIN_REQUEST, { username, password_hash: 'pw' })
      const [response] = client.take(T.LOGIN_RESPONSE)
      client.userId = String(response?.payload['user_id'])
      return client
    },

    /** Lets time pass as the server's ticker would see it, and all that follows from it happen. */
    async pass(ms: number): Promise<void> {
      nowMs += ms
      for (const client of clients) client.endpoint.tick(nowMs)
      inputs.tick(nowMs)
      await settled()
    },
  }
}

export class HouseClient {
  readonly endpoint: Endpoint
  userId = ''
  ended = false
  /** The frame written last, as the sink was given it. */
  lastFrame: Buffer | undefined
  readonly #inbox: Received[] = []
  readonly #decoder = new FrameDecoder(1_048_576)

  constructor(id: number, context: EndpointContext) {
    this.endpoint = new Endpoint(
      id,
      {
        write: (bytes) => {
          this.lastFrame = bytes
          this.#inbox.push(...takeFrames(bytes).frames)
        },
        end: () => {
          this.ended = true
        },
      },
      context,
    )
  }

  /** Sends, and waits until the message is handled and everybody concerned was told. */
  async send(type: number, payload: object | string | Uint8Array): Promise<void> {
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
