import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createClient } from 'redis'
import { findFreePort } from './free-port.ts'

/** A real redis-server, or a Sentinel. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  readonly directory: string
  /** By a connection of its own, which is closed then. */
  ask(...command: readonly string[]): Promise<unknown>
  kill(): Promise<void>
  /** In good order. */
  stop(): Promise<void>
  /** On the same port, with the same files. */
  start(): Promise<void>
  pause(): void
  goOn(): void
}

interface RedisOptions {
  /** Further options, `['--appendonly', 'yes']`. */
  readonly options?: readonly string[]
  readonly program?: 'redis-server' | 'redis-sentinel'
  readonly file?: string
  readonly password?: string
}

export async function startRedis(
  ends: (() => unknown)[],
  { options = [], password }: RedisOptions = {},
): Promise<RedisServer> {
  const port = await findFreePort('tcp')
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-redis-'))
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory, ...options]
  const auth = password === undefined ? [] : ['--requirepass', password]
  let child: ChildProcess | undefined
  const server: RedisServer = {
    port,
    directory,
    url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`,
    async ask(...command) {
      const client = createClient({ RESP: 2, url: server.url, socket: { reconnectStrategy: false } })
      client.on('error', () => undefined)
      await client.connect()
      try {
        return await client.sendCommand(command)
      } finally {
        client.destroy()
      }
    },
    async kill() {
      await end('SIGKILL')
    },
    async stop() {
      await end('SIGTERM')
    },
    async start() {
      child = await spawnUntil('redis-server', [...args, ...auth], /Ready to accept connections/)
    },
    pause() {
      child?.kill('SIGSTOP')
    },
    goOn() {
      child?.kill('SIGCONT')
    },
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child
    child = undefined
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
    const closed = once(ending, 'close')
    ending.kill(signal)
    if (signal !== 'SIGKILL') ending.kill('SIGCONT')
    await closed
  }
  ends.push(async () => {
    await server.kill()
    await rm(directory, { recursive: true, force: true })
  })
  await server.start()
  return server
}

/** Rejects with what it said if it ends before. */
export async function spawnUntil(
  program: string,
  args: readonly string[],
  ready: RegExp,
): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const isReady = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said += `${line}\n`
      if (ready.test(line)) resolve()
    })
  })
  const ended = once(child, 'close').then(() => {
    throw new Error(`${program} has ended:\n${said}`)
  })
  ended.catch(() => undefined)
  await Promise.race([isReady, ended])
  return child
}
