import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { parse } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { makeSelfSigned } from '../../../scripts/support/self-signed.ts'
import { type NodeProcess, startNodes } from '../../support/cluster/node-process.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { findFreePort } from '../../support/programs/free-port.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { logged, untilLogged } from '../../support/programs/spawned-daemon.ts'
import { logIn, RawClient } from '../../support/wire/raw-client.ts'
import { example } from '../example.ts'
import { postgresServer } from '../postgres/server.ts'
import { canRun, run } from '../program.ts'
import { asWhoeverTests, listens, temporary } from '../proxies/proxies.ts'
import { visitor } from '../proxies/visitor.ts'

const postgres = postgresServer()
const ends = endsAfterEach()
const afterwards = (end: () => unknown) => ends.push(end)

/** Where clients are here, as far as HAProxy can see. */
const CLIENT = '127.0.0.9'

interface HaProxy {
  readonly frames: number
  readonly web: number
}

describe.skipIf(!canRun('haproxy') || !canRun('redis-server'))('HAProxy before three nodes', () => {
  test(
    'CLUSTER-83 sends nobody to a node that drains, and uses it again when it is back; whoever is elsewhere stays',
    { timeout: 180_000 },
    async () => {
      const nodes = await threeNodes()
      const [a, ...others] = nodes
      if (a === undefined) throw new Error('three nodes')
      const proxy = await haproxyBefore(nodes)
      await expectAllUsed(nodes, proxy)

      const inside = await Promise.all(Array.from({ length: 6 }, (_, i) => enter(proxy, `inside${i}`)))
      const [atA, elsewhere] = [inside.filter(isAt(a)), inside.filter((client) => !isAt(a)(client))]
      expect(atA.length).toBeGreaterThan(0)
      a.daemon.child.kill('SIGTERM')
      await untilLogged(a.daemon, 'draining')
      // Before HAProxy has noticed, too: a node that takes nobody is passed over.
      const late = await Promise.all(Array.from({ length: 6 }, (_, i) => enter(proxy, `late${i}`)))
      expect(late.filter(isAt(a))).toEqual([])
      await Promise.all(atA.map((client) => client.untilClosed()))
      expect(await a.daemon.ended()).toBe(0)
      expect(await usedOverTheWeb(nodes, proxy)).not.toContain(a)
      for (const client of [...elsewhere, ...late]) await client.drain()

      await a.start()
      await expectAllUsed(nodes, proxy)
      for (const { daemon } of others) expect(logged(daemon, /fault|could not/)).toEqual([])
    },
  )
})

test.skipIf(!canRun('haproxy'))('CLUSTER-83 the example of HAProxy is valid', async () => {
  const { file } = await configuration([
    { port: 1, httpPort: 2 },
    { port: 3, httpPort: 4 },
    { port: 5, httpPort: 6 },
  ])
  expect(run('haproxy', ['-c', '-f', file])).toContain('Configuration file is valid')
})

test.skipIf(!canRun('docker-compose'))('CLUSTER-84 the compose file is valid', () => {
  run('docker-compose', ['-f', 'deploy/cluster/docker-compose.yml', 'config', '-q'], {
    POSTGRES_PASSWORD: 'secret',
  })
})

async function threeNodes(): Promise<readonly NodeProcess[]> {
  const redis = await startRedis(ends)
  return startNodes(ends, ['a', 'b', 'c'], {
    redisUrl: redis.url,
    postgresUrl: await postgres().createDatabase(),
    config: { ...(await exampleConfig()), drain: { grace_ms: 1500, window_ms: 500 } },
  })
}

/** What the example has for HAProxy, with its address here. */
async function exampleConfig(): Promise<{ readonly proxy: object }> {
  const text = await example('cluster/config.json', { '172.30.0.10': '127.0.0.1' })
  const { proxy } = z.object({ proxy: z.record(z.string(), z.unknown()) }).parse(parse(text))
  return { proxy }
}

interface Behind {
  readonly port: number
  readonly httpPort: number
}

async function configuration(nodes: readonly Behind[]): Promise<HaProxy & { readonly file: string }> {
  const [frames, web] = [await findFreePort('tcp'), await findFreePort('tcp')]
  const directory = await temporary(afterwards)
  const { cert, key } = await makeSelfSigned({ commonName: 'localhost', days: 90 })
  await writeFile(join(directory, 'web.pem'), cert + key)
  const addresses = nodes.flatMap(({ port, httpPort }, i) => [
    // Each node has a machine of its own there.
    [`172.30.0.1${i + 1}:8080`, `127.0.0.1:${port} check port ${httpPort}`],
    [`172.30.0.1${i + 1}:8081`, `127.0.0.1:${httpPort}`],
  ])
  const text = await example('cluster/haproxy.cfg', {
    'bind :8443': `bind 127.0.0.1:${frames}`,
    'bind :443': `bind 127.0.0.1:${web}`,
    '/etc/roomrtc/web.pem': join(directory, 'web.pem'),
    'inter 1s': 'inter 200ms',
    ' check port 8081': '',
    ...asWhoeverTests(),
    ...Object.fromEntries(addresses),
  })
  const file = join(directory, 'haproxy.cfg')
  await writeFile(file, text)
  return { file, frames, web }
}

async function haproxyBefore(nodes: readonly Behind[]): Promise<HaProxy> {
  const { file, ...ports } = await configuration(nodes)
  const child = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' })
  const closed = once(child, 'close')
  afterwards(() => {
    child.kill('SIGTERM')
    return closed
  })
  for (const port of Object.values(ports)) await expect.poll(() => listens(port)).toBe(true)
  return ports
}

/** A client that has logged in, by whichever node. */
async function enter({ frames }: HaProxy, username: string): Promise<RawClient> {
  const socket = connect({ port: frames, host: '127.0.0.1', localAddress: CLIENT })
  await once(socket, 'connect')
  const client = new RawClient(socket)
  afterwards(() => client.close())
  await logIn(client, username)
  return client
}

/** By the node's log, which has the client's address. */
function isAt({ daemons }: NodeProcess): (client: RawClient) => boolean {
  return ({ socket }) =>
    daemons.some((daemon) =>
      logged(daemon, 'connection opened').some(({ remote }) => remote === `${CLIENT}:${socket.localPort}`),
    )
}

/** The nodes that some WebSockets in a row come to, with TLS ended by HAProxy. */
async function usedOverTheWeb(
  nodes: readonly NodeProcess[],
  { web }: HaProxy,
): Promise<readonly NodeProcess[]> {
  const before = nodes.map(webSocketsAt)
  const here = visitor({ port: web, secure: true }, CLIENT, ends)
  for (let i = 0; i < 2 * nodes.length; i += 1) {
    const socket = here.open()
    socket.send('HEARTBEAT', { timestamp: i })
    await socket.told('HEARTBEAT')
  }
  // Each has told of its own by now, or the next time.
  return nodes.filter((node, i) => webSocketsAt(node) > (before[i] ?? 0))
}

function webSocketsAt({ daemons }: NodeProcess): number {
  return daemons.reduce(
    (sum, daemon) =>
      sum +
      logged(daemon, 'connection opened').filter(
        ({ transport }) => transport !== undefined && transport !== 'tcp',
      ).length,
    0,
  )
}

let visitors = 0

/** That newcomers come to each of them, through both doors, as soon as HAProxy has found that it is there. */
async function expectAllUsed(nodes: readonly NodeProcess[], proxy: HaProxy): Promise<void> {
  await expect
    .poll(async () => {
      const some = await Promise.all(nodes.map(() => enter(proxy, `visitor${visitors++}`)))
      return nodes.filter((node) => some.some(isAt(node))).length
    })
    .toBe(nodes.length)
  await expect.poll(async () => (await usedOverTheWeb(nodes, proxy)).length).toBe(nodes.length)
}
