import { rm } from 'node:fs/promises'
import { findFreePort } from '../programs/free-port.ts'
import { type SpawnedDaemon, spawnDaemon } from '../programs/spawned-daemon.ts'

/** A node of a cluster: one daemon after another, under one name and on one port. */
export interface NodeProcess {
  readonly name: string
  readonly port: number
  readonly httpPort: number
  /** The present one, or the last. */
  readonly daemon: SpawnedDaemon
  /** All of them. */
  readonly daemons: readonly SpawnedDaemon[]
  start(): Promise<void>
}

interface Shared {
  readonly redisUrl: string
  readonly postgresUrl: string
  /** Sections over those of the test. */
  readonly config?: Readonly<Record<string, object>>
}

/** Starts them; each is ended with the test. */
export async function startNodes(
  ends: (() => unknown)[],
  names: readonly string[],
  shared: Shared,
): Promise<readonly NodeProcess[]> {
  return Promise.all(names.map((name) => startNode(ends, name, shared)))
}

async function startNode(
  ends: (() => unknown)[],
  name: string,
  { redisUrl, postgresUrl, config = {} }: Shared,
): Promise<NodeProcess> {
  const [port, httpPort] = [await findFreePort('tcp'), await findFreePort('tcp')]
  const daemons: SpawnedDaemon[] = []
  const start = async (): Promise<void> => {
    const daemon = await spawnDaemon({
      ...(daemons[0] && { cwd: daemons[0].cwd }),
      config: {
        ...config,
        server: {
          port,
          max_connections_per_address: 4096,
          max_guests_per_address: 4096,
          ...config['server'],
        },
        http: { port: httpPort, ...config['http'] },
        security: { enable_rate_limiting: false, bcrypt_cost: 4, ...config['security'] },
        persistence: { postgres_url: postgresUrl, ...config['persistence'] },
        cluster: { redis_url: redisUrl, node_name: name, ...config['cluster'] },
      },
    })
    daemons.push(daemon)
    ends.push(async () => {
      daemon.child.kill('SIGCONT')
      await daemon.stop('SIGKILL')
      await rm(daemon.cwd, { recursive: true, force: true })
    })
  }
  await start()
  return {
    name,
    port,
    httpPort,
    daemons,
    start,
    get daemon() {
      const daemon = daemons.at(-1)
      if (daemon === undefined) throw new Error('not started')
      return daemon
    },
  }
}
