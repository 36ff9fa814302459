import { expect, test } from 'vitest'
import { makeSetPassword } from '../../../src/application/admin/set-password.ts'
import { ok } from '../../../src/domain/result.ts'
import { createBarrier } from '../../support/house/barrier.ts'
import { createHouse, type House, settled } from '../../support/house/house.ts'
import { T } from '../../support/wire/wire.ts'

const credentials = (username: string, password_hash = 'pw') => ({ username, password_hash })

/** A house with the account of alice, and a login of hers whose password has just been found right. */
async function loginInFlight() {
  const house = createHouse()
  await (await house.logIn('alice')).drop()
  const { hasher } = house.ports
  const barrier = createBarrier()
  const verify = hasher.verify.bind(hasher)
  hasher.verify = async (...args) => {
    hasher.verify = verify
    const verified = await verify(...args)
    await barrier.wait()
    return verified
  }
  const late = house.connect()
  const asked = late.send(T.LOGIN_REQUEST, credentials('alice'))
  await settled()
  const goOn = async () => {
    barrier.open()
    await asked
  }
  return { house, late, goOn }
}

/** What `users passwd` does. */
async function setPassword({ ports, inputs }: House, username: string, secret: string): Promise<void> {
  const changed = await makeSetPassword(ports)(username, secret)
  if (!changed.ok) throw new Error(changed.error.reason)
  await inputs.administration.endSessions({ user: changed.value.id })
}

test('AUTH-14 a login that is under way with a password that is no more comes to nothing', async () => {
  const { house, late, goOn } = await loginInFlight()
  await setPassword(house, 'alice', 'new')
  await goOn()
  expect(late.seen()).toMatchObject([
    [T.LOGIN_RESPONSE, { success: false, error: 'Invalid credentials', reason: 'invalid_credentials' }],
  ])
  expect((await house.ports.presence.list()).size).toBe(0)
  await late.send(T.LOGIN_REQUEST, credentials('alice', 'new'))
  expect(late.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true }]])
})

test('AUTH-14 PW-6 a login during which another one renews the hash goes on: the password is the same', async () => {
  const { house, late, goOn } = await loginInFlight()
  const { users, hasher } = house.ports
  const account = await users.findByName('alice')
  if (account === undefined) throw new Error('alice is registered')
  hasher.verify = (password, hash) =>
    Promise.resolve(ok({ matches: password === 'pw' && hash === 'renewed', stale: false }))
  await users.replaceHash(account.id, account.passwordHash, 'renewed')
  await goOn()
  expect(late.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true, username: 'alice' }]])
})

test('AUTH-14 a password that changes again and again is refused in the end', async () => {
  const house = createHouse()
  await (await house.logIn('alice')).drop()
  const { hasher, users } = house.ports
  let looks = 0
  hasher.verify = async () => {
    looks += 1
    const account = await users.findByName('alice')
    if (account !== undefined) await users.replaceHash(account.id, account.passwordHash, `hash ${looks}`)
    return ok({ matches: true, stale: false })
  }
  const client = house.connect()
  await client.send(T.LOGIN_REQUEST, credentials('alice'))
  expect(client.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: false, reason: 'invalid_credentials' }]])
  expect(looks).toBe(3)
})
