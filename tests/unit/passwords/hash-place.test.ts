import { expect, test } from 'vitest'
import { err, ok } from '../../../src/domain/result.ts'
import { createHouse } from '../../support/house/house.ts'
import { createPlainHasher } from '../../support/house/plain-hasher.ts'
import { T } from '../../support/wire/wire.ts'

const credentials = { username: 'alice', password_hash: 'pw' }

test('AUTH-11 each hash counts for the address of the connection that caused it, a renewed one too', async () => {
  const places: string[] = []
  const plain = createPlainHasher()
  const house = createHouse({
    hasher: {
      ...plain,
      hash(password, from) {
        places.push(`hash ${from.address}`)
        return plain.hash(password, from)
      },
      async verify(password, hash, from) {
        places.push(`verify ${from.address}`)
        const verified = await plain.verify(password, hash, from)
        return verified.ok ? ok({ ...verified.value, stale: verified.value.matches }) : verified
      },
    },
  })
  await house.connect('192.0.2.7').send(T.REGISTER_REQUEST, credentials)
  await house.connect('2001:db8:0:1::/64').send(T.LOGIN_REQUEST, credentials)
  await house.connect('192.0.2.8').send(T.LOGIN_REQUEST, { ...credentials, password_hash: 'wrong' })
  expect(places).toEqual([
    'hash 192.0.2.7',
    'verify 2001:db8:0:1::/64',
    'hash 2001:db8:0:1::/64',
    'verify 192.0.2.8',
  ])
})

test('AUTH-10 the hasher says when to try again, and a login and a registration pass it on', async () => {
  const full = () => Promise.resolve(err({ reason: 'overloaded', retryAfterMs: 1234 } as const))
  const house = createHouse({ hasher: { ...createPlainHasher(), hash: full, verify: full } })
  const client = house.connect()
  await client.send(T.REGISTER_REQUEST, credentials)
  await client.send(T.LOGIN_REQUEST, credentials)
  const overloaded = { code: 503, reason: 'overloaded', retry_after_ms: 1234 }
  expect(client.seen()).toMatchObject([
    [T.ERROR, { ...overloaded, in_reply_to: T.REGISTER_REQUEST }],
    [T.ERROR, { ...overloaded, in_reply_to: T.LOGIN_REQUEST }],
  ])
})
