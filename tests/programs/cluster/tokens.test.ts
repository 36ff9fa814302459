import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type NodeProcess, startNodes } from '../../support/cluster/node-process.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { ctl } from '../../support/programs/control.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { type SpawnedDaemon, spawnDaemon } from '../../support/programs/spawned-daemon.ts'
import { logIn } from '../../support/wire/raw-client.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'
import { postgresServer } from '../postgres/server.ts'
import { canRun } from '../program.ts'

const postgres = postgresServer()
const ends = endsAfterEach()
const { connect } = visits()
/** For what all tests share. */
const whole: (() => unknown)[] = []
let a: NodeProcess
let b: NodeProcess

async function ask(daemon: SpawnedDaemon, ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await ctl(daemon, ['tokens', ...args])
  if (code !== 0) throw new Error(err)
  return out
}

const tokenFrom = async ({ daemon }: NodeProcess) => (await ask(daemon, 'issue', 'alice')).trim()

/** Why a token is refused at a node; undefined where it is not. */
async function refusal(node: NodeProcess, token: string): Promise<unknown> {
  const client = await connect(node, ['errors'])
  client.send(T.LOGIN_REQUEST, { token })
  const { payload } = await client.next(T.LOGIN_RESPONSE)
  await client.close()
  return payload['reason']
}

describe.skipIf(!canRun('redis-server'))('the keys for tokens of two nodes', () => {
  beforeAll(async () => {
    const redis = await startRedis(whole)
    const postgresUrl = await postgres().createDatabase()
    const nodes = await startNodes(whole, ['a', 'b'], { redisUrl: redis.url, postgresUrl })
    if (nodes[0] === undefined || nodes[1] === undefined) throw new Error('two nodes')
    ;[a, b] = [nodes[0], nodes[1]]
    const alice = await connect(a)
    await logIn(alice, 'alice')
    await alice.close()
  })
  afterAll(async () => {
    for (const end of whole.toReversed()) await end()
  })

  test('CLUSTER-117 a token of one node is good at the other, and both show the same public keys', async () => {
    expect(await refusal(b, await tokenFrom(a))).toBeUndefined()
    expect(await refusal(a, await tokenFrom(b))).toBeUndefined()
    expect(await ask(a.daemon, 'keys')).toBe(await ask(b.daemon, 'keys'))
    for (const { daemon } of [a, b]) expect(existsSync(join(daemon.cwd, 'token-keys.json'))).toBe(false)
  })

  test('CLUSTER-117 after a rotation at one node earlier tokens are good at both, and new ones at once', async () => {
    const old = await tokenFrom(b)
    await ask(a.daemon, 'rotate')
    expect(await refusal(b, await tokenFrom(a))).toBeUndefined()
    for (const node of [a, b]) expect(await refusal(node, old)).toBeUndefined()
    expect(await ask(b.daemon, 'keys')).toBe(await ask(a.daemon, 'keys'))
  })

  test('CLUSTER-117 what one node forgets is invalid at the other, also if it was good there a moment ago', async () => {
    const old = await tokenFrom(a)
    expect(await refusal(b, old)).toBeUndefined()
    await ask(a.daemon, 'rotate', '--forget')
    await expect.poll(() => refusal(b, old)).toBe('invalid_token')
    expect(await refusal(a, old)).toBe('invalid_token')
    expect(await refusal(b, await tokenFrom(b))).toBeUndefined()
  })
})

test('CLUSTER-118 the first daemon puts the keys of its file into the database, and those of the next are not used', async () => {
  const start = async (cwd: string | undefined, postgres_url: string) => {
    const daemon = await spawnDaemon({ ...(cwd && { cwd }), config: { persistence: { postgres_url } } })
    ends.push(async () => {
      await daemon.stop()
      await rm(daemon.cwd, { recursive: true, force: true })
    })
    return daemon
  }
  const alone = [await start(undefined, ''), await start(undefined, '')]
  const keys = await Promise.all(alone.map((daemon) => ask(daemon, 'keys')))
  expect(keys[0]).not.toBe(keys[1])
  const url = await postgres().createDatabase()
  for (const daemon of alone) {
    await daemon.stop()
    expect(await ask(await start(daemon.cwd, url), 'keys')).toBe(keys[0])
  }
})
