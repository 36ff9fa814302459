import { rm } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { connectRaw } from '../support/raw-client.ts'
import { spawnDaemon, type SpawnedDaemon } from '../support/spawned-daemon.ts'
import { type Received, T } from '../support/wire.ts'

const SIZE = 200
const listed = z.array(z.object({ user_id: z.string(), state: z.string() }))
let daemon: SpawnedDaemon | undefined

afterEach(async () => {
  await daemon?.stop()
  if (daemon !== undefined) await rm(daemon.cwd, { recursive: true, force: true })
})

test('LIFE-10 PRES-2 200 clients log in at once against a fresh store: all succeed, and all see the same truth', async () => {
  daemon = await spawnDaemon({ config: { security: { bcrypt_cost: 4 } } })
  const { port } = daemon
  const clients = await Promise.all(Array.from({ length: SIZE }, () => connectRaw(port)))
  const histories = await Promise.all(
    clients.map(async (client, i) => {
      const credentials = { username: `user ${i}`, password_hash: 'pw' }
      client.send(T.REGISTER_REQUEST, credentials)
      client.send(T.LOGIN_REQUEST, credentials)
      expect((await client.next(T.REGISTER_RESPONSE)).payload).toMatchObject({ success: true })
      const { payload } = await client.next(T.LOGIN_RESPONSE)
      expect(payload).toMatchObject({ success: true })
      // The list as it is now; what changes later comes as updates.
      client.send(T.USER_LIST_REQUEST, {})
      return { client, own: String(payload['user_id']), list: await client.next(T.USER_LIST_RESPONSE) }
    }),
  )
  // Half of them leave, so that there is more to tell than arrivals.
  await Promise.all(
    histories.slice(SIZE / 2).map(async ({ client }) => {
      client.send(T.LOGOUT_REQUEST, {})
      await client.next(T.LOGOUT_RESPONSE)
    }),
  )

  const [first] = histories
  if (first === undefined) throw new Error('nobody came')
  const updates = await first.client.drain()
  first.client.send(T.USER_LIST_REQUEST, {})
  const truth = picture(await first.client.next(T.USER_LIST_RESPONSE), [])
  expect(truth.size).toBe(SIZE)
  expect([...truth.values()].filter((state) => state === 'Available')).toHaveLength(SIZE / 2)

  for (const history of histories.slice(0, SIZE / 2)) {
    const seen = picture(history.list, history === first ? updates : await history.client.drain())
    seen.set(history.own, 'Available')
    expect(seen).toEqual(truth)
  }
  await Promise.all(clients.map((client) => client.close()))
})

/** What a client believes that has read the list and then the updates. */
function picture(list: Received, updates: readonly Received[]): Map<unknown, unknown> {
  const states = new Map<unknown, unknown>()
  for (const { user_id, state } of listed.parse(list.payload['users'])) states.set(user_id, state)
  for (const { type, payload } of updates) {
    if (type === T.USER_STATE_UPDATE) states.set(payload['user_id'], payload['state'])
  }
  return states
}
