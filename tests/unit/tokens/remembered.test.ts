import { expect, test } from 'vitest'
import type { AccessTokens } from '../../../src/application/ports/access-tokens.ts'
import { parseUserId } from '../../../src/domain/ids.ts'
import { rememberProven } from '../../../src/infrastructure/tokens/remembered.ts'
import { silentLog } from '../../support/house/house.ts'
import { createHouseTime } from '../../support/house/time.ts'
import { createHouseTokens } from '../../support/house/tokens.ts'

const id = parseUserId('id-of-alice')
if (id === undefined) throw new Error('this is an id')
const alice = { id, username: 'alice', passwordHash: '$2b$10$hash' }

/** Real tokens, of which it is counted how often one is proven. */
function rig() {
  const time = createHouseTime(1_700_000_000_000)
  const real = createHouseTokens({ clock: time.clock, log: silentLog })
  const proven: string[] = []
  const counted: AccessTokens = {
    ...real,
    verify(token) {
      proven.push(token)
      return real.verify(token)
    },
  }
  return { time, proven, ...rememberProven(counted, time.clock) }
}

test('TOKEN-16 a token is proven once in 30 s, and its account is asked each time', async () => {
  const { time, proven, tokens } = rig()
  const { token } = await tokens.issue(alice)
  const first = await tokens.verify(token)
  expect(first).toMatchObject({ ok: true, value: { kind: 'account', id } })
  expect(await tokens.verify(token)).toEqual(first)
  expect(proven).toHaveLength(1)
  const account = { ...alice, createdAt: 1 }
  if (!first.ok || first.value.kind !== 'account') throw new Error('it is a good one')
  expect(first.value.stillHolds(account)).toBe(true)
  expect(first.value.stillHolds({ ...account, passwordHash: 'another' })).toBe(false)
  time.move(30_000)
  await tokens.verify(token)
  expect(proven).toHaveLength(2)
})

test('TOKEN-16 it counts no longer than it is valid', async () => {
  const { time, tokens } = rig()
  const { token } = await tokens.issue(alice)
  time.move(3_590_000)
  expect((await tokens.verify(token)).ok).toBe(true)
  time.move(20_000)
  expect(await tokens.verify(token)).toEqual({ ok: false, error: 'expired_token' })
})

test('TOKEN-16 a rotation ends what is remembered, and what is refused is never remembered', async () => {
  const { proven, tokens, forget } = rig()
  const { token } = await tokens.issue(alice)
  await tokens.verify(token)
  await tokens.rotate(true)
  forget()
  expect(await tokens.verify(token)).toEqual({ ok: false, error: 'invalid_token' })
  await tokens.verify('nonsense')
  await tokens.verify('nonsense')
  expect(proven).toEqual([token, token, 'nonsense', 'nonsense'])
})
