import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeSelfSigned } from '../../../../scripts/support/self-signed.ts'
import type { Dice } from '../../dice.ts'
import { startTestDaemon } from '../../house/running-daemon.ts'
import { findFreePort } from '../../programs/free-port.ts'
import { spawnDaemon } from '../../programs/spawned-daemon.ts'
import { mint } from '../../tokens/mint.ts'

/** The server of some runs, as clients reach it. */
export interface ChaosHouse {
  readonly native: 'tcp' | 'tls'
  readonly port: number
  readonly httpPort: number
  /** The certificate to be trusted, in PEM. */
  readonly ca: string | undefined
  readonly stop: () => Promise<void>
}

const SECRET = 'a secret of thirty-two bytes or more'
const issuer = { issuer: 'https://chaos.test', audience: 'roomrtc', secret: SECRET }

const settings = {
  security: { enable_rate_limiting: false, bcrypt_cost: 4 },
  heartbeat: { interval_ms: 1000 },
  tokens: { issuers: [issuer] },
}

/** To hash a thousand passwords would take longer than all the rest. */
export function tokenFor(username: string): string {
  const exp = Math.floor(Date.now() / 1000) + 600
  const { issuer: iss, audience: aud } = issuer
  return mint(SECRET, { alg: 'HS256', typ: 'JWT' }, { iss, aud, sub: username, username, exp })
}

export async function plainHouse(): Promise<ChaosHouse> {
  const daemon = await startTestDaemon({ ...settings, http: {} })
  const ports = { port: daemon.port, httpPort: daemon.httpPort ?? 0 }
  return { native: 'tcp', ca: undefined, ...ports, stop: () => daemon.stop() }
}

/** Its native port speaks TLS; browsers come as before. */
export async function tlsHouse(): Promise<ChaosHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'roomrtc-chaos-'))
  const { cert, key } = await makeSelfSigned({ commonName: 'localhost', days: 90 })
  const paths = { cert_path: join(folder, 'cert.pem'), key_path: join(folder, 'key.pem') }
  await writeFile(paths.cert_path, cert)
  await writeFile(paths.key_path, key)
  const daemon = await startTestDaemon({ ...settings, http: {}, server: { enable_tls: true, ...paths } })
  await rm(folder, { recursive: true })
  const ports = { port: daemon.port, httpPort: daemon.httpPort ?? 0 }
  return { native: 'tls', ca: cert, ...ports, stop: () => daemon.stop() }
}

/** The built daemon, killed at random moments by `kill -9` and started again at once, until the house is closed. */
export async function crashingHouse(dice: Dice, onCrash: () => void): Promise<ChaosHouse> {
  const [port, httpPort] = [await findFreePort('tcp'), await findFreePort('tcp')]
  const config = { ...settings, server: { port }, http: { port: httpPort } }
  let daemon = await spawnDaemon({ config })
  let closed = false
  const isClosed = () => closed
  let wake = (): void => undefined
  const crashing = (async () => {
    for (;;) {
      await new Promise<void>((done) => {
        const timer = setTimeout(done, dice.between(200, 1500))
        wake = () => {
          clearTimeout(timer)
          done()
        }
      })
      if (isClosed()) return
      await daemon.stop('SIGKILL')
      onCrash()
      daemon = await spawnDaemon({ config, cwd: daemon.cwd })
    }
  })()
  return {
    ...{ native: 'tcp', ca: undefined, port, httpPort },
    async stop() {
      closed = true
      wake()
      await crashing
      await daemon.stop('SIGKILL')
      await rm(daemon.cwd, { recursive: true, force: true })
    },
  }
}
