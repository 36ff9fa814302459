import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { type CuttingProxy, startCuttingProxy } from '../../../programs/browser/app/cutting-proxy.ts'
import { logged, type SpawnedDaemon, spawnDaemon } from '../../programs/spawned-daemon.ts'

interface Options {
  readonly name: string
  readonly redisPort: number
  readonly postgresUrl: string
  readonly nodeTimeoutMs: number
}

const AGES_MS = 600_000
const RETRY_MS = 300

/** A node as a process of its own, with a proxy between it and Redis. */
export interface BreakableNode {
  readonly name: string
  /** Undefined while it is dead. */
  readonly port: number | undefined
  readonly toRedis: CuttingProxy
  /** Until it listens: by the name of one that was killed it may take as long as nodes take it for alive. */
  start(): Promise<void>
  kill(): Promise<void>
  /** In good order. */
  leave(): Promise<void>
  pause(): void
  goOn(): void
  /** How often its present life has logged that. */
  logged(msg: string): number
  /** Errors that it has logged, of all its lives. */
  readonly errors: readonly string[]
}

export async function makeNode(
  ends: (() => unknown)[],
  { name, redisPort, postgresUrl, nodeTimeoutMs }: Options,
): Promise<BreakableNode> {
  const toRedis = await startCuttingProxy(ends, redisPort)
  const lives: SpawnedDaemon[] = []
  let daemon: SpawnedDaemon | undefined
  const config = {
    security: { bcrypt_cost: 4, enable_rate_limiting: false },
    calls: { ring_timeout_ms: 4_000 },
    resume: { max_outbox_frames: 100_000, max_outbox_bytes: 100_000_000 },
    limits: { max_outbound_bytes: 100_000_000, login_timeout_ms: AGES_MS, frame_timeout_ms: AGES_MS },
    cluster: {
      redis_url: `redis://127.0.0.1:${toRedis.port}`,
      node_name: name,
      node_timeout_ms: nodeTimeoutMs,
    },
    persistence: { postgres_url: postgresUrl },
  }
  ends.push(async () => {
    for (const { cwd } of lives) await rm(cwd, { recursive: true, force: true })
  })
  const node: BreakableNode = {
    name,
    toRedis,
    get port() {
      return daemon?.port
    },
    async start() {
      for (let tries = 1; daemon === undefined; tries += 1) {
        try {
          const started = await spawnDaemon({ config })
          lives.push(started)
          daemon = started
        } catch (error) {
          if (tries * RETRY_MS > 60_000) throw error
          await pause(RETRY_MS)
        }
      }
    },
    async kill() {
      const dying = daemon
      daemon = undefined
      await dying?.stop('SIGKILL')
    },
    async leave() {
      const leaving = daemon
      daemon = undefined
      await leaving?.stop()
    },
    pause() {
      daemon?.child.kill('SIGSTOP')
    },
    goOn() {
      daemon?.child.kill('SIGCONT')
    },
    logged: (msg) => (daemon === undefined ? 0 : logged(daemon, msg).length),
    get errors() {
      const all = lives.flatMap(({ lines }) => lines)
      return all
        .filter(({ level }) => level === 'error' || level === 'fatal')
        .map((line) => `${name}: ${JSON.stringify(line).slice(0, 1500)}`)
    },
  }
  ends.push(() => node.kill())
  return node
}
