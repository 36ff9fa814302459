import { type ChildProcess, spawn } from 'node:child_process'
import type { Content } from '../../application/ports/file-store.ts'
import type { Thumbnailer } from '../../application/ports/thumbnailer.ts'
import { workerCommand } from './worker-command.ts'

interface Options {
  /** The program that makes one, with its arguments; a test puts a bad one in its place. */
  readonly command?: readonly string[]
  readonly timeoutMs?: number
}

/** So long one may take, with the start of its process. */
const TIMEOUT_MS = 10_000

/** More than these do not wait: their pictures get none. */
const MAX_WAITING = 16

/** No JPEG of that size takes as much. */
const MAX_BYTES = 524_288

/** Makes one after another, each in a process of its own: what a bad picture does to it, it does to nobody else. */
export function createThumbnailer({
  command = workerCommand(),
  timeoutMs = TIMEOUT_MS,
}: Options = {}): Thumbnailer {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  let running: ChildProcess | undefined
  let isClosed = false

  return {
    async make(picture) {
      if (waiting >= MAX_WAITING) return undefined
      waiting += 1
      const made = last.then(() => (isClosed ? undefined : run(picture)))
      last = made
      return made.finally(() => (waiting -= 1))
    },

    close() {
      isClosed = true
      running?.kill('SIGKILL')
    },
  }

  async function run(picture: Content): Promise<Uint8Array | undefined> {
    const [program = '', ...args] = command
    // It gets none of our environment: there are secrets in it.
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    running = child
    const code = new Promise<number | null>((resolve) => {
      child.on('error', () => {
        resolve(null)
      })
      child.on('close', resolve)
    })
    // It may end before it has read all.
    child.stdin.on('error', () => undefined)
    const [, made] = await Promise.all([feed(child, picture), collect(child)])
    return (await code) === 0 ? made : undefined
  }
}

async function feed({ stdin, exitCode }: ChildProcess, picture: Content): Promise<void> {
  if (stdin === null || exitCode !== null) return
  try {
    for await (const piece of picture) {
      if (stdin.destroyed) break
      if (!stdin.write(piece)) await drained(stdin)
    }
  } catch {
    // The picture cannot be read; then the process gets a part of it.
  }
  stdin.end()
}

function drained(stdin: NonNullable<ChildProcess['stdin']>): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      stdin.off('drain', go).off('close', go)
      resolve()
    }
    stdin.on('drain', go).on('close', go)
  })
}

/** Undefined where it is more than it can be. */
async function collect(child: ChildProcess): Promise<Uint8Array | undefined> {
  const pieces: Buffer[] = []
  let bytes = 0
  if (child.stdout === null) return undefined
  try {
    for await (const piece of child.stdout) {
      if (!Buffer.isBuffer(piece)) return undefined
      bytes += piece.byteLength
      if (bytes > MAX_BYTES) {
        child.kill('SIGKILL')
        return undefined
      }
      pieces.push(piece)
    }
  } catch {
    return undefined
  }
  return bytes === 0 ? undefined : Buffer.concat(pieces)
}
