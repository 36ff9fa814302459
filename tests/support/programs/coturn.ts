import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { findFreePort } from './free-port.ts'
import { stunAnswers } from './stun-probe.ts'

const DEADLINE_MS = 10_000
const RETRY_MS = 20

/** A real TURN server on 127.0.0.1, a process of its own. */
export interface Coturn {
  /** Its addresses over UDP, TCP and, with a certificate, TLS, as an RTCIceServer has them. */
  readonly url: string
  readonly urlOfTcp: string
  readonly urlOfTls: string
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

/** A TURN server that believes in credentials made from the secret. Resolves when it answers by all of its ways. */
export async function startCoturn(
  secret: string,
  certificate?: { readonly cert: string; readonly key: string },
): Promise<Coturn> {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-coturn-'))
  const port = await findFreePort('both')
  const tlsPort = await findFreePort('both')
  const access = ['--use-auth-secret', `--static-auth-secret=${secret}`, '--realm=roomrtc.test']
  const network = ['--listening-ip=127.0.0.1', `--listening-port=${port}`, '--relay-ip=127.0.0.1']
  const less = ['--no-cli', '--no-dtls', '--allow-loopback-peers']
  const tls = certificate === undefined ? ['--no-tls'] : await tlsOptions(directory, tlsPort, certificate)
  const files = [`--pidfile=${join(directory, 'pid')}`, `--userdb=${join(directory, 'db')}`]
  const child = spawn(
    'turnserver',
    ['-n', '--log-file=stdout', '--simple-log', ...access, ...network, ...less, ...tls, ...files],
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
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(DEADLINE_MS)])
    await stunAnswers(port, signal)
    for (const each of certificate === undefined ? [port] : [port, tlsPort]) await listens(each, signal)
  } catch {
    await stop()
    throw new Error(`turnserver (Debian package coturn) did not start: ${output}`)
  }
  return {
    url: `turn:127.0.0.1:${port}`,
    urlOfTcp: `turn:127.0.0.1:${port}?transport=tcp`,
    // The name that certificates of tests have.
    urlOfTls: `turns:localhost:${tlsPort}`,
    stop,
  }
}

async function tlsOptions(
  directory: string,
  port: number,
  { cert, key }: { readonly cert: string; readonly key: string },
): Promise<readonly string[]> {
  const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  await writeFile(certFile, cert)
  await writeFile(keyFile, key, { mode: 0o600 })
  return [`--tls-listening-port=${port}`, `--cert=${certFile}`, `--pkey=${keyFile}`]
}

/** Connects by TCP again and again until somebody is there. Rejects when the signal aborts. */
async function listens(port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect', { signal })
      return
    } catch (error) {
      if (signal.aborted) throw error
      await pause(RETRY_MS)
    } finally {
      socket.on('error', () => undefined).destroy()
    }
  }
}
