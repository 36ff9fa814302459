import { expect, test } from 'vitest'
import type { z } from 'zod'
import { makeIssueToken } from '../../../src/application/admin/issue-token.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { rateLimits } from '../../../src/daemon/settings.ts'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { T } from '../../support/wire/wire.ts'

const HERE = '198.51.100.1'

function houseWith(limits: z.input<typeof configSchema>['rate_limits']): House {
  return createHouse({ rates: rateLimits(configSchema.parse({ rate_limits: limits })) })
}

async function tokenOf({ ports }: House, username: string): Promise<string> {
  const issued = await makeIssueToken(ports)(username)
  if (!issued.ok) throw new Error(issued.error.reason)
  return issued.value.issued.token
}

async function reasonOf(client: HouseClient, payload: object): Promise<unknown> {
  await client.send(T.LOGIN_REQUEST, payload)
  const [answer] = client.take()
  return answer?.payload['reason'] ?? 'in'
}

const bad = { token: 'a.b.c' }

test('TOKEN-5 after bad tokens further ones wait, twice as long each time; a good one never does', async () => {
  const house = houseWith({ failed_logins_per_address: 3, backoff_ms: 1000 })
  await (await house.logIn('alice')).drop()
  const token = await tokenOf(house, 'alice')
  const client = house.connect(HERE)
  for (let i = 0; i < 4; i += 1) expect(await reasonOf(client, bad)).toBe('invalid_token')
  await client.send(T.LOGIN_REQUEST, bad)
  expect(client.seen()).toEqual([
    [
      T.ERROR,
      {
        code: 429,
        message: 'Too many bad tokens; try again in 1 s',
        reason: 'too_many_attempts',
        in_reply_to: T.LOGIN_REQUEST,
        retry_after_ms: 1000,
      },
    ],
  ])
  await house.pass(1000)
  expect(await reasonOf(client, bad)).toBe('invalid_token')
  await client.send(T.LOGIN_REQUEST, bad)
  expect(client.seen()).toMatchObject([[T.ERROR, { retry_after_ms: 2000 }]])
  expect(await reasonOf(house.connect(HERE), { token })).toBe('in')
  expect(await reasonOf(house.connect('198.51.100.2'), bad)).toBe('invalid_token')
})

test('TOKEN-5 RATE-5 bad tokens and wrong passwords of an address count together', async () => {
  const house = houseWith({ failed_logins_per_address: 2 })
  await (await house.logIn('alice')).drop()
  const client = house.connect(HERE)
  expect(await reasonOf(client, bad)).toBe('invalid_token')
  expect(await reasonOf(client, { username: 'alice', password_hash: 'a guess' })).toBe('invalid_credentials')
  expect(await reasonOf(client, bad)).toBe('invalid_token')
  expect(await reasonOf(client, { username: 'alice', password_hash: 'pw' })).toBe('too_many_attempts')
})

test('TOKEN-5 expired tokens do not count: a whole office may have them', async () => {
  const house = houseWith({ failed_logins_per_address: 1 })
  await (await house.logIn('alice')).drop()
  const token = await tokenOf(house, 'alice')
  house.setClock(4_000_000)
  const client = house.connect(HERE)
  for (let i = 0; i < 10; i += 1) expect(await reasonOf(client, { token })).toBe('expired_token')
  expect(await reasonOf(client, bad)).toBe('invalid_token')
})

test('TOKEN-5 RATE-4 logins with tokens are logins of their address', async () => {
  const house = houseWith({ login_burst: 3, logins_per_minute: 1 })
  const client = house.connect(HERE)
  for (let i = 0; i < 3; i += 1) expect(await reasonOf(client, bad)).toBe('invalid_token')
  expect(await reasonOf(client, bad)).toBe('rate_limited')
})
