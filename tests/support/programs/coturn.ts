import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from './free-port.ts'
import { stunAnswers } from './stun-probe.ts'

const DEADLINE_MS = 10_000

/** A real TURN server on 127.0.0.1, a process of its own. */
export interface Coturn {
  /** Its address over UDP, as an RTCIceServer has it. */
  readonly url: string
  /** Ends the process, waits for its end and removes what it wrote. */
  stop(): Promise<void>
}

/**
 * Whether tests that need coturn can run; where they cannot, says so. Where they must, as on CI (ROOMRTC_REQUIRE_TURN=1),
 * they run in any case, and fail without it.
 */
export function canRunCoturn(): boolean {
  if (process.env['ROOMRTC_REQUIRE_TURN'] === '1') return true
  if (spawnSync('turnserver', ['--version']).error === undefined) return true
  console.warn('TURN tests skipped: turnserver (Debian package coturn) is not installed')
  return false
}

/** A TURN server that believes in credentials made from the secret. Resolves when it answers. */
export async function startCoturn(secret: string): Promise<Coturn> {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-coturn-'))
  const port = await findFreePort('udp')
  const access = ['--use-auth-secret', `--static-auth-secret=${secret}`, '--realm=roomrtc.test']
  const network = ['--listening-ip=127.0.0.1', `--listening-port=${port}`, '--relay-ip=127.0.0.1']
  const less = ['--no-cli', '--no-tcp', '--no-tls', '--no-dtls', '--allow-loopback-peers']
  const files = [`--pidfile=${join(directory, 'pid')}`, `--userdb=${join(directory, 'db')}`]
  const child = spawn(
    'turnserver',
    ['-n', '--log-file=stdout', '--simple-log', ...access, ...network, ...less, ...files],
    { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] },
  )

  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.on('error', (error) => (output += error.message))
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve()
    })
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await closed
    await rm(directory, { recursive: true })
  }

  const ended = new AbortController()
  child.once('close', () => {
    ended.abort()
  })
  try {
    await stunAnswers(port, AbortSignal.any([ended.signal, AbortSignal.timeout(DEADLINE_MS)]))
  } catch {
    await stop()
    throw new Error(`turnserver (Debian package coturn) did not start: ${output}`)
  }
  return { url: `turn:127.0.0.1:${port}`, stop }
}
