import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'

/** Where the server is; with `ca`, a PEM file, over TLS. */
export interface Place {
  readonly port: number
  readonly ca?: string | undefined
}

/** A client in whatever language: it takes the commands of clients/python/examples/call.py, and says the same lines. */
export interface Party {
  /** All that it has said so far. */
  readonly lines: readonly string[]
  readonly tell: (command: string) => void
  /** Waits until it has said that so many times. */
  readonly says: (line: string, times?: number) => Promise<void>
  /** Has it leave, and gives its exit code, 0 where it is no process. */
  readonly leaves: () => Promise<number | null>
}

/** Starts one who makes the account and logs in; resolves at once. Whatever becomes of it, it is over at the end. */
export type StartParty = (
  ends: (() => unknown)[],
  place: Place,
  name: string,
  options?: PartyOptions,
) => Promise<Party>

export interface PartyOptions {
  readonly secret?: string
  /** `--register` unless told: makes the account first. */
  readonly registers?: boolean
  /** `secret` is a token. */
  readonly token?: boolean
  /** Is shown each line that it says. Only of programs. */
  readonly heard?: (line: string) => void
}

/** A program that speaks the protocol of lines on its input and output. */
export function startProgramParty(
  ends: (() => unknown)[],
  command: readonly string[],
  env: NodeJS.ProcessEnv = {},
  heard: (line: string) => void = () => undefined,
): Party {
  const [program = '', ...args] = command
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  ends.push(() => {
    child.kill('SIGKILL')
    return closed
  })
  const lines: string[] = []
  let errors = ''
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    heard(line)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  child.stdin.on('error', () => undefined)
  return {
    lines,
    tell: (line) => child.stdin.write(`${line}\n`),
    says: (line, times = 1) => expectSaid(lines, line, times, () => errors),
    async leaves() {
      child.stdin.end('quit\n')
      await closed
      if (child.exitCode !== 0) console.error(errors)
      return child.exitCode
    },
  }
}

export async function expectSaid(
  lines: readonly string[],
  line: string,
  times: number,
  errors = () => '',
): Promise<void> {
  const count = () => lines.filter((said) => said === line).length
  try {
    await expect.poll(count, { interval: 10 }).toBeGreaterThanOrEqual(times)
  } catch {
    throw new Error(`"${line}" was to be said ${times} times, but:\n${lines.join('\n')}\n${errors()}`)
  }
}

/** What a client was asked to connect with, as arguments of the examples. */
export function argumentsFor(
  { port, ca }: Place,
  name: string,
  { token = false, registers = !token }: PartyOptions,
): string[] {
  return [
    'localhost',
    String(port),
    name,
    ...(registers ? ['--register'] : []),
    ...(token ? ['--token'] : []),
    ...(ca === undefined ? [] : ['--tls', ca]),
  ]
}

/** Once both are there, alice calls bob, who accepts. */
export async function callUp(alice: Party, bob: Party): Promise<void> {
  await Promise.all([alice.says('here alice'), bob.says('here bob')])
  alice.tell('call bob')
  await bob.says('incoming alice')
  bob.tell('accept')
  await Promise.all([alice.says('active caller'), bob.says('active callee')])
}
