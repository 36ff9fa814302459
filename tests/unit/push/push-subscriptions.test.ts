import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ok } from '../../../src/domain/result.ts'
import {
  createMemoryPushSubscriptions,
  openPushSubscriptions,
} from '../../../src/infrastructure/kept-values/kept-push-subscriptions.ts'
import { createMemoryUserStore } from '../../../src/infrastructure/memory/memory-user-store.ts'
import { openVapidFile } from '../../../src/infrastructure/web-push/vapid-keys.ts'
import { account } from '../users-file/rig.ts'
import { pushSubscriptionsContract } from './push-subscriptions.contract.ts'

const alice = account('alice')
const bob = account('bob')

async function folder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-push-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return directory
}

async function openIn(directory: string, ...accounts: readonly (typeof alice)[]) {
  const users = createMemoryUserStore()
  for (const one of accounts) await users.insertIfAbsent(one)
  const subscriptions = await openPushSubscriptions(join(directory, 'users.push'), users)
  onTestFinished(() => subscriptions.close())
  return subscriptions
}

pushSubscriptionsContract('in memory', () =>
  Promise.resolve({ subscriptions: createMemoryPushSubscriptions(), users: [alice.id, bob.id] }),
)
pushSubscriptionsContract('in users.push', async () => ({
  subscriptions: await openIn(await folder(), alice, bob),
  users: [alice.id, bob.id],
}))

test('PUSH-1 PUSH-4 what was answered is there after a restart, but for accounts that are gone', async () => {
  const directory = await folder()
  const before = await openIn(directory, alice, bob)
  const phone = { endpoint: 'https://push.example.org/1', p256dh: 'B', auth: 'a' }
  await before.add(alice.id, phone, 1)
  await before.add(bob.id, { ...phone, endpoint: 'https://push.example.org/2' }, 1)
  await before.close()
  const after = await openIn(directory, alice)
  expect(await after.of(alice.id)).toEqual(ok([phone]))
  expect(await after.of(bob.id)).toEqual(ok([]))
  expect(await after.add(alice.id, { ...phone, endpoint: 'https://push.example.org/2' }, 2)).toEqual(ok(2))
})

test('PUSH-2 the key is made once, for its owner alone, and a file that holds another thing stops the start', async () => {
  const path = join(await folder(), 'keys', 'push-keys.json')
  const made = await openVapidFile(path)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await openVapidFile(path)).toEqual(made)
  expect(await readFile(path, 'utf8')).toContain(made.private_key)
  const other = join(await folder(), 'users.push')
  const subscriptions = await openPushSubscriptions(other, createMemoryUserStore())
  await subscriptions.add(alice.id, { endpoint: 'e', p256dh: 'B', auth: 'a' }, 1)
  await subscriptions.close()
  await expect(openVapidFile(other)).rejects.toMatchObject({
    faults: [
      `${other}: the key for push services cannot be used: it does not hold what this server has written`,
    ],
  })
})
