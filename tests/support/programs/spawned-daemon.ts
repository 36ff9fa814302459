import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))

/** The built daemon as a process of its own, as a user starts it. */
export interface SpawnedDaemon {
  readonly port: number
  /** Where it runs, and where its users.txt is unless configured otherwise. Whoever starts it removes it. */
  readonly cwd: string
  readonly child: ChildProcess
  /** The log lines so far, parsed; what is no JSON line is `{ text }`. */
  readonly lines: readonly LogLine[]
  /** Sends the signal, unless the process has ended, and waits for its end: the exit code, or the signal's name. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>
  /** Waits for an end that has been asked for already: another signal would have it end at once. */
  ended(): Promise<number | NodeJS.Signals>
}

type LogLine = Readonly<Record<string, unknown>>

export interface SpawnOptions {
  /**
   * Sections over the defaults; without `server.port` a free port is taken, without `drain` SIGTERM takes no
   * time but what the disk needs.
   */
  readonly config?: Readonly<Record<string, object>>
  /** A new temporary directory where absent. */
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** A program with its arguments that goes before, and becomes the daemon in the end: `prlimit`, for one. */
  readonly under?: readonly string[]
  /** Is given the process at once, long before it listens. */
  readonly onSpawn?: (child: ChildProcess) => void
}

/** Resolves when the daemon listens; rejects with all its output if it ends before. */
export async function spawnDaemon(options: SpawnOptions = {}): Promise<SpawnedDaemon> {
  const { config = {}, cwd, env = {}, under = [], onSpawn } = options
  const directory = cwd ?? (await mkdtemp(join(tmpdir(), 'roomrtc-')))
  const [program, ...args] = [...under, process.execPath, MAIN]
  const child = spawn(program, args, {
    cwd: directory,
    env: {
      ...process.env,
      CONFIG: JSON.stringify({
        drain: { grace_ms: 0, window_ms: 0 },
        ...config,
        // However slow the disk is: what is to be saved must be saved.
        server: { port: 0, shutdown_timeout_ms: 60_000, ...config['server'] },
        // Hardly anybody waits for another's password, and each thread takes its time to start.
        security: { hash_threads: 1, ...config['security'] },
        // A test that wants HTTP says so.
        http: config['http'] === undefined ? { enable: false } : { port: 0, ...config['http'] },
      }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onSpawn?.(child)
  // 'close' comes when the output has been read to its end, 'exit' may come before.
  const closed = once(child, 'close')
  const lines: LogLine[] = []
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))

  const listening = new Promise<number>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = parseLine(text)
      lines.push(line)
      if (line['msg'] === 'listening') resolve(Number(line['port']))
    })
  })
  const failed = closed.then(() => {
    const how = child.signalCode ?? `code ${child.exitCode}`
    throw new Error(
      `the daemon ended (${how}):\n${errors}${lines.map((line) => JSON.stringify(line)).join('\n')}`,
    )
  })
  failed.catch(() => undefined)
  const port = await Promise.race([listening, failed])
  const ended = async (): Promise<number | NodeJS.Signals> => {
    await closed
    return child.exitCode ?? child.signalCode ?? 'SIGKILL'
  }

  return {
    port,
    cwd: directory,
    child,
    lines,
    stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      return ended()
    },
    ended,
  }
}

/** The lines of that message so far. */
export function logged({ lines }: SpawnedDaemon, msg: string | RegExp): LogLine[] {
  return lines.filter((line) => {
    const found = String(line['msg'])
    return typeof msg === 'string' ? found === msg : msg.test(found)
  })
}

/** Waits for the daemon to log the message; its output drives the waiting. */
export async function untilLogged(daemon: SpawnedDaemon, msg: string | RegExp): Promise<void> {
  while (logged(daemon, msg).length === 0) {
    if (daemon.child.stdout === null) throw new Error('no output to wait for')
    await once(daemon.child.stdout, 'data')
  }
}

function parseLine(text: string): LogLine {
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null) return { ...json }
  } catch {
    // Told as text below.
  }
  return { text }
}
