import { expect, test } from 'vitest'
import { enter } from '../../support/client/enter.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { spawnDaemon } from '../../support/programs/spawned-daemon.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { postgresServer } from '../postgres/server.ts'

const postgres = postgresServer()
const ends = endsAfterEach()

test('CLUSTER-40 two clients at two nodes call each other', async () => {
  const redis = await startRedis(ends)
  const database = await postgres().createDatabase()
  const [a, b] = await Promise.all(
    ['a', 'b'].map(async (node_name) => {
      const daemon = await spawnDaemon({
        config: { cluster: { redis_url: redis.url, node_name }, persistence: { postgres_url: database } },
      })
      ends.push(() => daemon.stop())
      return daemon
    }),
  )
  if (a === undefined || b === undefined) throw new Error('two nodes')
  const alice = await enter(ends, `tcp://127.0.0.1:${a.port}`, 'alice')
  const bob = await enter(ends, `tcp://127.0.0.1:${b.port}`, 'bob')
  bob.on('call', (call) => {
    call.accept()
  })
  await expect.poll(() => alice.users.get(bob.me?.id ?? '')?.state).toBe('Available')
  const call = alice.call(bob.me?.id ?? '')
  await expect.poll(() => call.state).toMatchObject({ name: 'active' })
})
