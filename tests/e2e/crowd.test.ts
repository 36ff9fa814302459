import { rm } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { connectRaw, type RawClient } from '../support/wire/raw-client.ts'
import { spawnDaemon, type SpawnedDaemon } from '../support/programs/spawned-daemon.ts'
import { type Received, T } from '../support/wire/wire.ts'

const SIZE = 200
/** Far longer than a window of changes, however busy the machine. */
const PATIENCE_MS = 10_000
const listed = z.array(z.object({ user_id: z.string(), state: z.string() }))
let daemon: SpawnedDaemon | undefined

afterEach(async () => {
  await daemon?.stop()
  if (daemon !== undefined) await rm(daemon.cwd, { recursive: true, force: true })
})

test('LIFE-10 PRES-2 200 clients log in at once against a fresh store: all succeed, and all see the same truth', async () => {
  daemon = await spawnDaemon({ config: { security: { bcrypt_cost: 4, enable_rate_limiting: false } } })
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
      const own = String(payload['user_id'])
      return { client, own, seen: picture(await client.next(T.USER_LIST_RESPONSE)) }
    }),
  )
  const [first] = histories
  if (first === undefined) throw new Error('nobody came')
  await everybodyKnows(first.client, histories)

  // Half of them leave, so that there is more to tell than arrivals.
  await Promise.all(
    histories.slice(SIZE / 2).map(async ({ client }) => {
      client.send(T.LOGOUT_REQUEST, {})
      await client.next(T.LOGOUT_RESPONSE)
    }),
  )

  const truth = await everybodyKnows(first.client, histories.slice(0, SIZE / 2))
  expect([...truth.values()].filter((state) => state === 'Available')).toHaveLength(SIZE / 2)
  await Promise.all(clients.map((client) => client.close()))
})

interface History {
  readonly client: RawClient
  readonly own: string
  /** What the client believes that has read the list once and then the updates. */
  readonly seen: Map<unknown, unknown>
}

/**
 * Holds what each believes to the list that `asker` gets now. Changes that come fast are told together as a window ends
 * (PRES-10), so that it may take a moment until all have heard of the last.
 */
async function everybodyKnows(
  asker: RawClient,
  histories: readonly History[],
): Promise<Map<unknown, unknown>> {
  const updates = await asker.drain()
  asker.send(T.USER_LIST_REQUEST, {})
  const truth = picture(await asker.next(T.USER_LIST_RESPONSE))
  expect(truth.size).toBe(SIZE)
  for (const { client, own, seen } of histories) {
    if (client === asker) take(seen, updates)
    seen.set(own, 'Available')
    const heard = async () => {
      take(seen, await client.drain())
      return seen
    }
    await expect.poll(heard, { timeout: PATIENCE_MS }).toEqual(truth)
  }
  return truth
}

function take(seen: History['seen'], messages: readonly Received[]): void {
  for (const { type, payload } of messages) {
    if (type === T.USER_STATE_UPDATE) seen.set(payload['user_id'], payload['state'])
  }
}

function picture(list: Received): Map<unknown, unknown> {
  return new Map(listed.parse(list.payload['users']).map(({ user_id, state }) => [user_id, state]))
}
