import { expect, test } from 'vitest'
import { parseUserId } from '../../../src/domain/ids.ts'
import { openAccessTokens } from '../../../src/infrastructure/tokens/access-tokens.ts'
import type { KeyStore } from '../../../src/infrastructure/tokens/keys/key-store.ts'
import { makeStoredKeys, type StoredKeys } from '../../../src/infrastructure/tokens/keys/stored-keys.ts'
import { silentLog } from '../../support/house/house.ts'
import { createHouseTime } from '../../support/house/time.ts'

const id = parseUserId('id-of-alice')
if (id === undefined) throw new Error('this is an id')
const alice = { id, username: 'alice', passwordHash: '$2b$10$hash' }

/** Keys that several processes share. What one keeps the others hear when the test says so. */
function createShared() {
  let kept = makeStoredKeys()
  const all: { hear: (keys: StoredKeys) => void }[] = []
  const time = createHouseTime(1_700_000_000_000)
  let looks = 0
  return {
    time,
    looks: () => looks,
    tellAll: () => {
      for (const { hear } of all) hear(kept)
    },
    async open() {
      const follower = { hear: (_: StoredKeys): void => undefined }
      all.push(follower)
      const store: KeyStore = {
        keys: kept,
        save(made, replaced) {
          if (JSON.stringify(replaced) !== JSON.stringify(kept)) return Promise.resolve(kept)
          kept = made
          return Promise.resolve('kept' as const)
        },
        others: {
          look() {
            looks += 1
            follower.hear(kept)
            return Promise.resolve()
          },
          follow(heard) {
            follower.hear = heard
          },
        },
      }
      return openAccessTokens({ store, ttlSecs: 100, issuers: [], clock: time.clock, log: silentLog })
    },
  }
}

test('CLUSTER-117 a token of a key that another process has made counts before anybody has told of the key', async () => {
  const shared = createShared()
  const [here, there] = [await shared.open(), await shared.open()]
  await here.rotate(false)
  const { token } = await here.issue(alice)
  expect(await there.verify(token)).toMatchObject({ ok: true })
  expect(there.publicKeys()).toEqual(here.publicKeys())
})

test('CLUSTER-117 for tokens of keys that nobody has the keys are read again once a second', async () => {
  const shared = createShared()
  const [here, stranger] = [await shared.open(), await createShared().open()]
  for (let i = 0; i < 10; i++) {
    const { token } = await stranger.issue(alice)
    expect(await here.verify(token)).toEqual({ ok: false, error: 'invalid_token' })
  }
  expect(shared.looks()).toBe(1)
  shared.time.move(1000)
  await here.verify((await stranger.issue(alice)).token)
  expect(shared.looks()).toBe(2)
})

test('CLUSTER-117 of several that rotate at the same instant each does so, and all earlier tokens count', async () => {
  const shared = createShared()
  const [here, there] = [await shared.open(), await shared.open()]
  const tokens = [(await here.issue(alice)).token]
  const rotated = await Promise.all([here.rotate(false), there.rotate(false)])
  expect(rotated.map((one) => one.ok && one.value.earlierKeys)).toEqual([1, 2])
  shared.tellAll()
  for (const node of [here, there]) tokens.push((await node.issue(alice)).token)
  for (const node of [here, there])
    for (const token of tokens) expect(await node.verify(token)).toMatchObject({ ok: true })
})

test('CLUSTER-117 keys that one process forgets no other one remembers once it has heard of it', async () => {
  const shared = createShared()
  const [here, there] = [await shared.open(), await shared.open()]
  const { token } = await here.issue(alice)
  expect(await there.verify(token)).toMatchObject({ ok: true })
  await here.rotate(true)
  shared.tellAll()
  for (const node of [here, there])
    expect(await node.verify(token)).toEqual({ ok: false, error: 'invalid_token' })
})
