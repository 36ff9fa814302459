import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startNodes, type NodeProcess } from '../../support/cluster/node-process.ts'
import { ctl } from '../../support/programs/control.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { runProgram } from '../../support/programs/run-program.ts'
import { logIn, type RawClient } from '../../support/wire/raw-client.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'
import { postgresServer } from '../postgres/server.ts'
import { canRun } from '../program.ts'

const postgres = postgresServer()
const { connect } = visits()
/** For what all tests share. */
const whole: (() => unknown)[] = []
let database: string
let a: NodeProcess
let b: NodeProcess

/** Names are not used twice. */
let people = 0
const newName = () => `user ${(people += 1)}`

/** Who logs in at that node, by a client that says why it is put out. */
async function enterAt(node: NodeProcess, username: string): Promise<RawClient> {
  const client = await connect(node, ['errors', 'account'])
  await logIn(client, username)
  return client
}

async function whyClosed(client: RawClient): Promise<unknown> {
  const left = await client.untilClosed()
  return left.find(({ type }) => type === T.ERROR)?.payload['reason']
}

/** What `ctl users` is given, of a user. */
const changes: readonly { readonly what: string; readonly args: (name: string) => readonly string[] }[] = [
  { what: 'disabled', args: (name) => ['disable', name] },
  { what: 'removed', args: (name) => ['remove', name] },
  { what: 'renamed', args: (name) => ['rename', name, newName()] },
  { what: 'given another password', args: (name) => ['passwd', name] },
]

describe.skipIf(!canRun('redis-server'))('accounts of two nodes', () => {
  beforeAll(async () => {
    const redis = await startRedis(whole)
    database = await postgres().createDatabase()
    const config = { security: { max_sessions_per_user: 2 } }
    const nodes = await startNodes(whole, ['a', 'b'], { redisUrl: redis.url, postgresUrl: database, config })
    if (nodes[0] === undefined || nodes[1] === undefined) throw new Error('two nodes')
    ;[a, b] = [nodes[0], nodes[1]]
  })
  afterAll(async () => {
    for (const end of whole.toReversed()) await end()
  })

  test.each(changes)(
    'CLUSTER-114 an account that is $what at one node has no session left at any',
    async ({ args }) => {
      const name = newName()
      const clients = [await enterAt(a, name), await enterAt(b, name)]
      expect(await ctl(a.daemon, ['users', ...args(name)], 'another secret\n')).toMatchObject({ code: 0 })
      for (const client of clients) expect(await whyClosed(client)).toBe('session_ended_by_administrator')
    },
  )

  test('CLUSTER-114 a user who gives the account another password is out at the other node, and stays at this one', async () => {
    const name = newName()
    const [here, there] = [await enterAt(a, name), await enterAt(b, name)]
    here.send(T.CHANGE_PASSWORD, { password_hash: `secret of ${name}`, new_password_hash: 'another' })
    await here.next(T.PASSWORD_CHANGED)
    expect(await whyClosed(there)).toBe('account_changed')
    await here.drain()
  })

  test.each(changes)(
    'CLUSTER-115 an account that is $what by ctl without a daemon has no session left',
    async ({ args }) => {
      const name = newName()
      const client = await enterAt(b, name)
      const { cwd } = a.daemon
      const offline = `${cwd}-offline`
      const env = {
        CONFIG: JSON.stringify({ persistence: { data_directory: offline } }),
        ROOMRTC_POSTGRES_URL: database,
      }
      const ran = await runProgram(['ctl', 'users', ...args(name)], { cwd, env, input: 'another secret\n' })
      await rm(offline, { recursive: true, force: true })
      expect(ran, ran.err).toMatchObject({ code: 0 })
      expect(await whyClosed(client)).toBe('session_ended_by_administrator')
    },
  )

  test('CLUSTER-115 an account that is disabled by SQL has no session left', async () => {
    const name = newName()
    const client = await enterAt(b, name)
    await postgres().sql(database, `UPDATE roomrtc.accounts SET disabled = true WHERE username = '${name}'`)
    expect(await whyClosed(client)).toBe('session_ended_by_administrator')
  })

  test('CLUSTER-115 ACCOUNT-4 whoever deletes the own account hears that it is gone, and of no administrator', async () => {
    const names = Array.from({ length: 10 }, newName)
    const clients = await Promise.all(names.map((name) => enterAt(a, name)))
    for (const [n, client] of clients.entries())
      client.send(T.DELETE_ACCOUNT, { password_hash: `secret of ${names[n]}` })
    for (const client of clients) {
      await client.next(T.ACCOUNT_DELETED)
      await client.drain()
    }
  })
})
