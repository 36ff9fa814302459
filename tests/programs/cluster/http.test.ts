import { describe, expect, test } from 'vitest'
import { type NodeProcess, startNodes } from '../../support/cluster/node-process.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { type HttpClient, httpAsk, httpClient } from '../../support/wire/http-client.ts'
import { logIn } from '../../support/wire/raw-client.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'
import { postgresServer } from '../postgres/server.ts'
import { canRun } from '../program.ts'

const postgres = postgresServer()
const ends = endsAfterEach()
const { connect } = visits()

const baseOf = ({ httpPort }: NodeProcess) => `http://127.0.0.1:${httpPort}`

/** What the client is answered by another node than the one at which it has opened its session. */
function askAt(node: NodeProcess, { headers }: HttpClient, path: string) {
  return httpAsk(`${baseOf(node)}${path}`, 'GET', undefined, headers)
}

describe.skipIf(!canRun('redis-server'))('sessions over HTTP at two nodes', () => {
  test('CLUSTER-130 a session goes on at another node with what it has not acknowledged, also when its own is killed', async () => {
    const redis = await startRedis(ends)
    const [a, b] = await startNodes(ends, ['a', 'b'], {
      redisUrl: redis.url,
      postgresUrl: await postgres().createDatabase(),
    })
    if (a === undefined || b === undefined) throw new Error('two nodes')
    const alice = await connect(b, ['call_control'])
    await logIn(alice, 'alice')
    const bob = await httpClient(baseOf(a), 'bob', ['call_control'])
    const ring = async (): Promise<string> => {
      alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
      return String((await alice.next(T.RINGING)).payload['call_id'])
    }

    const first = await ring()
    await expect.poll(async () => (await bob.events(0)).last).toBe(1)
    alice.send(T.HANGUP, { call_id: first })
    await expect.poll(async () => (await bob.events(1)).last).toBe(2)
    await bob.events(2, 0)
    const second = await ring()
    await expect.poll(async () => (await bob.events(2, 0)).last).toBe(3)
    await a.daemon.stop('SIGKILL')

    const polled = async () => (await askAt(b, bob, '/api/events?after=2&wait_secs=0')).body
    await expect
      .poll(polled)
      .toMatchObject({ events: [{ type: 'CALL_NOTIFICATION', call_id: second, seq: 3 }], last: 3 })
    const incoming = await askAt(b, bob, '/api/signal/incoming')
    expect(incoming).toMatchObject({ status: 200, body: { call: { call_id: second } } })
  })
})
