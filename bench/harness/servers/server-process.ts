import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { cpuUs, mainThreadCpuUs, rssBytes } from '../machine/process.ts'

/** A server under test, as a process of its own. */
export interface ServerProcess {
  readonly port: number
  readonly tls: boolean
  /** Milliseconds from its start until it listened. */
  readonly startedInMs: number
  cpuUs(): number
  mainThreadCpuUs(): number
  rssBytes(): number
  /** What it holds once all else is collected, on the heap and beside it; of one that was started with `collects`. */
  heldBytes(): Promise<number>
  stop(): Promise<void>
}

interface Start {
  /** Node, if not given. */
  readonly program?: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly tls: boolean
  /** The port, if the line of output is the one that tells it. */
  readonly portIn: (line: string) => number | undefined
}

const running = new Set<ChildProcess>()

// Should we end before our time, nothing is to go on running.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Resolves when it listens. Its output is read, so that it never waits for us, and dropped. */
export async function startServer({
  program = process.execPath,
  args,
  cwd,
  env = {},
  tls,
  portIn,
}: Start): Promise<ServerProcess> {
  const started = performance.now()
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  child.once('close', () => running.delete(child))
  const port = await listeningPort(child, portIn)
  const startedInMs = performance.now() - started
  const { pid } = child
  if (pid === undefined) throw new Error('a process without an id')

  return {
    port,
    tls,
    startedInMs,
    cpuUs: () => cpuUs(pid),
    mainThreadCpuUs: () => mainThreadCpuUs(pid),
    rssBytes: () => rssBytes(pid),
    heldBytes: () => heldBytes(child, cwd),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
    },
  }
}

function listeningPort(child: ChildProcess, portIn: Start['portIn']): Promise<number> {
  const { stdout } = child
  if (stdout === null) throw new Error('a process without output')
  const lines = createInterface({ input: stdout })
  return new Promise((resolve, reject) => {
    child.once('close', () => {
      reject(new Error('the server ended before it listened'))
    })
    lines.on('line', (line) => {
      const port = portIn(line)
      if (port === undefined) return
      lines.removeAllListeners('line')
      lines.close()
      stdout.resume()
      resolve(port)
    })
  })
}

/** `floor/collect.ts` answers. */
async function heldBytes(child: ChildProcess, directory: string): Promise<number> {
  const path = join(directory, 'memory.json')
  rmSync(path, { force: true })
  child.kill('SIGWINCH')
  for (let tries = 0; tries < HELD_TRIES; tries++) {
    await sleep(HELD_PAUSE_MS)
    if (existsSync(path)) return held.parse(JSON.parse(readFileSync(path, 'utf8'))).heldBytes
  }
  throw new Error('the server does not tell how much it holds')
}

const held = z.object({ heldBytes: z.number() })
const HELD_TRIES = 600
const HELD_PAUSE_MS = 50
