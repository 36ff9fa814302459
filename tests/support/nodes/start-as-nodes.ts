import { randomUUID } from 'node:crypto'
import { basename, join } from 'node:path'
import type { Config } from '../../../src/config/schema.ts'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { writeKeyFile } from '../../../src/infrastructure/tokens/keys/key-file.ts'
import { makeStoredKeys } from '../../../src/infrastructure/tokens/keys/stored-keys.ts'
import { NODES } from './count.ts'
import { giveBack, takeDatabase } from './databases.ts'
import { takeTurns } from './turns.ts'

type Start = (config: Config) => Promise<Daemon>

/** Starts as many nodes as ROOMRTC_TEST_NODES says. To the test they are one daemon, its figures those of the first node. */
export async function startAsNodes(config: Config, start: Start): Promise<Daemon> {
  if (NODES === 0) return start(config)
  const { enable_persistence: lasts, data_directory: directory } = config.persistence
  // Whatever starts in the same directory later goes on with what is there.
  const prefix = `test-${lasts ? basename(directory) : randomUUID()}`
  const redis_url = process.env['ROOMRTC_TEST_REDIS'] ?? ''
  const node: Config = { ...config, cluster: { ...config.cluster, redis_url, prefix } }
  // Guests there are only without other nodes, and uploaded files are in one node's directory.
  const isAlone = config.security.guests || config.uploads.enabled
  if (NODES === 1 || isAlone) return start(node)

  const postgres_url = await takeDatabase(lasts ? prefix : undefined)
  // All nodes take each other's tokens.
  keyFile ??= makeKeyFile()
  const tokens = { ...node.tokens, key_path: await keyFile }
  const persistence = { ...node.persistence, postgres_url }
  const { stop, ...both } = await startTwo({ ...node, tokens, persistence }, start)
  return {
    ...both,
    async stop() {
      await stop()
      if (!lasts) await giveBack(postgres_url)
    },
  }
}

async function startTwo(config: Config, start: Start): Promise<Daemon> {
  const { server, http, persistence } = config
  const first = await start(config)
  const second = await start({
    ...config,
    server: { ...server, port: 0 },
    http: { ...http, port: 0 },
    persistence: { ...persistence, data_directory: `${persistence.data_directory}-second` },
  }).catch(async (error: unknown) => {
    await first.stop()
    throw error
  })
  const both = [first, second]
  const endTurns = takeTurns(first, second)
  return {
    ...first,
    reloadTls: async (changed) => (await Promise.all(both.map((node) => node.reloadTls(changed))))[0] ?? [],
    async drain() {
      await Promise.all(both.map((node) => node.drain()))
    },
    async stop() {
      endTurns()
      await Promise.all(both.map((node) => node.stop()))
    },
  }
}

/** What the tests of this process have their tokens signed with. */
let keyFile: Promise<string> | undefined

async function makeKeyFile(): Promise<string> {
  const path = join(process.env['ROOMRTC_TEST_TOKEN_KEYS'] ?? '', `${process.pid}.json`)
  await writeKeyFile(path, makeStoredKeys())
  return path
}
