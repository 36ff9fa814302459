import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))
const PATIENCE_MS = 40_000

/** The built program with its input and output in a test's hands. */
export interface Conversing {
  readonly child: ChildProcess
  type(line: string): void
  /** The first line, of those that were not looked at yet, that fits. */
  until(wanted: RegExp): Promise<string>
  /** Its exit code, once it has ended. */
  ended(): Promise<number | null>
}

export function converse(args: readonly string[], env: NodeJS.ProcessEnv = {}): Conversing {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, CONFIG: '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const unread: string[] = []
  let errors = ''
  let arrived: () => void = () => undefined
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  createInterface({ input: child.stdout }).on('line', (line) => {
    unread.push(line)
    arrived()
  })
  child.on('close', () => {
    arrived()
  })

  return {
    child,
    type(line) {
      child.stdin.write(`${line}\n`)
    },
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const passed: string[] = []
        const timer = setTimeout(() => {
          fail('not within its time')
        }, PATIENCE_MS)
        const fail = (why: string) => {
          clearTimeout(timer)
          reject(new Error(`no line like ${String(wanted)}: ${why}\n${passed.join('\n')}\n${errors}`))
        }
        arrived = () => {
          for (let line = unread.shift(); line !== undefined; line = unread.shift()) {
            passed.push(line)
            if (!wanted.test(line)) continue
            clearTimeout(timer)
            arrived = () => undefined
            resolve(line)
            return
          }
          if (child.exitCode !== null || child.signalCode !== null) fail('it has ended')
        }
        arrived()
      }),
    async ended() {
      await closed
      return child.exitCode
    },
  }
}
