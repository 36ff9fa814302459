import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeSelfSigned } from '../../../scripts/support/self-signed.ts'
import { connectRaw, logIn, RawClient } from '../../support/wire/raw-client.ts'
import {
  logged,
  spawnDaemon,
  type SpawnedDaemon,
  type SpawnOptions,
  untilLogged,
} from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'
import { canRun, run } from '../program.ts'
import { freePorts, haproxyBefore, nginxBefore, nginxConfig, temporary } from './proxies.ts'

const { afterwards } = visits()

/** Where clients are here, as far as the proxy can see. */
const CLIENT = '127.0.0.9'

async function daemonBehindProxy(server: object = {}, options: SpawnOptions = {}): Promise<SpawnedDaemon> {
  const config = { server, proxy: { networks: ['127.0.0.1'] }, security: { bcrypt_cost: 4 } }
  const daemon = await spawnDaemon({ config, ...options })
  afterwards(() => rm(daemon.cwd, { recursive: true, force: true }))
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

/** A client from another address than the proxy's. */
async function clientOf(port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: CLIENT })
  await once(socket, 'connect')
  const client = new RawClient(socket)
  afterwards(() => client.close())
  return client
}

/** That a client is served through the proxy, and under its own address. */
async function expectServed(daemon: SpawnedDaemon, port: number): Promise<void> {
  const alice = await clientOf(port)
  await logIn(alice, 'alice')
  // It comes by another way than the answer, and perhaps later.
  await untilLogged(daemon, 'logged in')
  expect(
    logged(daemon, 'connection opened').filter(({ remote }) => String(remote).startsWith(CLIENT)),
  ).toMatchObject([{ via: expect.stringMatching(/^127\.0\.0\.1\b/) }])
  expect(logged(daemon, 'logged in')).toHaveLength(1)
}

describe.skipIf(!canRun('haproxy'))('HAProxy', () => {
  test('DEPLOY-6 the example is valid', () => {
    expect(run('haproxy', ['-c', '-f', 'deploy/haproxy.cfg'])).toContain('Configuration file is valid')
  })

  test('DEPLOY-6 PROXY-8 a client logs in through it, and the log has the address of the client', async () => {
    const daemon = await daemonBehindProxy()
    await expectServed(daemon, (await haproxyBefore(daemon, afterwards)).frames)
  })

  test('DEPLOY-6 over TLS too, which is between client and daemon', async () => {
    const cwd = await temporary(afterwards)
    const { cert, key } = await makeSelfSigned({ commonName: 'localhost', days: 90 })
    await writeFile(join(cwd, 'cert.pem'), cert)
    await writeFile(join(cwd, 'key.pem'), key)
    const daemon = await daemonBehindProxy(
      { enable_tls: true, cert_path: 'cert.pem', key_path: 'key.pem' },
      { cwd },
    )
    const port = (await haproxyBefore(daemon, afterwards)).frames
    const alice = await connectRaw(port, { servername: 'localhost' })
    afterwards(() => alice.close())
    await logIn(alice, 'alice')
  })

  test('DEPLOY-6 LOG-17 its health checks are silent in the log, and it sends nobody to a daemon that drains', async () => {
    const config = { drain: { grace_ms: 0, window_ms: 600_000 } }
    const daemon = await daemonBehindProxy(
      {},
      {
        config: { ...config, proxy: { networks: ['127.0.0.1'] }, security: { bcrypt_cost: 4 } },
      },
    )
    const port = (await haproxyBefore(daemon, afterwards, true)).frames
    const alice = await clientOf(port)
    await logIn(alice, 'alice')
    daemon.child.kill('SIGTERM')
    await untilLogged(daemon, 'draining')
    // HAProxy closes newcomers once it has noticed that the daemon takes nobody.
    await expect
      .poll(async () => {
        const late = await clientOf(port)
        return late.untilClosed()
      })
      .toEqual([])
    // Whoever is inside goes on through it.
    await alice.drain()
    expect(await daemon.stop()).toBe(0)
    await alice.untilClosed()
    expect(logged(daemon, 'connection opened')).toHaveLength(1)
    // Of one that is reset before the daemon has accepted it nobody knows the address any more.
    const [checks] = logged(daemon, 'connections that said nothing')
    expect(['127.0.0.1', '?']).toEqual(expect.arrayContaining(Object.keys(checks?.['by'] ?? {})))
    expect(checks?.['by']).not.toEqual({})
  })
})

describe.skipIf(!canRun('nginx', 'nginx and libnginx-mod-stream'))('nginx', () => {
  test('DEPLOY-7 the example is valid', async () => {
    const file = await nginxConfig(await temporary(afterwards), { port: 8080 }, await freePorts())
    expect(run('nginx', ['-t', '-c', file])).toContain('test is successful')
  })

  test('DEPLOY-7 PROXY-8 a client logs in through it, and the log has the address of the client', async () => {
    const daemon = await daemonBehindProxy()
    await expectServed(daemon, (await nginxBefore(daemon, afterwards)).frames)
  })

  test('DEPLOY-7 whoever closes is closed through it', async () => {
    const daemon = await daemonBehindProxy()
    const alice = await clientOf((await nginxBefore(daemon, afterwards)).frames)
    await logIn(alice, 'alice')
    expect(await daemon.stop()).toBe(0)
    expect(await alice.untilClosed()).toMatchObject([{ type: T.ERROR, payload: { code: 503 } }])
  })
})
