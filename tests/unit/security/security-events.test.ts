import { expect, test } from 'vitest'
import { configSchema } from '../../../src/config/schema.ts'
import { rateLimits } from '../../../src/daemon/settings.ts'
import { createHouse } from '../../support/house/house.ts'
import { CAPABILITIES, resume } from '../../support/house/resuming.ts'
import { createSpySecurityLog } from '../../support/house/spy-security-log.ts'
import { T } from '../../support/wire/wire.ts'

test('SEC-2 SEC-11 a refused login has reason, address and the account if there is one, and no name', async () => {
  const securityLog = createSpySecurityLog()
  const house = createHouse({ securityLog })
  const alice = await house.logIn('alice')
  const stranger = house.connect('198.51.100.7')
  await stranger.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'wrong secret' })
  await stranger.send(T.LOGIN_REQUEST, { username: 'my password', password_hash: 'wrong secret' })
  const refused = { event: 'login_refused', reason: 'invalid_credentials', address: '198.51.100.7' }
  expect(securityLog.events).toEqual([{ ...refused, userId: alice.userId }, refused])
  expect(JSON.stringify(securityLog.events)).not.toMatch(/secret|password"|alice/)
})

test('SEC-2 a login that limits refuse is one too', async () => {
  const securityLog = createSpySecurityLog()
  const rates = rateLimits(configSchema.parse({ rate_limits: { failed_logins: 1 } }))
  const house = createHouse({ securityLog, rates })
  const stranger = house.connect('198.51.100.7')
  for (let i = 0; i < 3; i++)
    await stranger.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'wrong' })
  expect(securityLog.events.map(({ reason }) => reason)).toContain('too_many_attempts')
})

test('SEC-3 a client that floods is banned, with its user', async () => {
  const securityLog = createSpySecurityLog()
  const security = { max_requests_per_minute: 50 }
  const rates = rateLimits(configSchema.parse({ security, rate_limits: { max_score: 1 } }))
  const house = createHouse({ securityLog, rates })
  const alice = await house.logIn('alice')
  for (let i = 0; i < 100 && !alice.ended; i++) await alice.send(T.HEARTBEAT, { timestamp: -1 })
  expect(securityLog.events).toEqual([
    { event: 'ban', reason: 'flooding', address: '192.0.2.1', userId: alice.userId },
  ])
})

test('SEC-4 SEC-11 a login with a bad token, with the account if it is known', async () => {
  const securityLog = createSpySecurityLog()
  const house = createHouse({ securityLog })
  const alice = await house.logIn('alice')
  const account = await house.ports.users.findByName('alice')
  if (account === undefined) throw new Error('alice is there')
  const { token } = await house.ports.accessTokens.issue(account)
  const stranger = house.connect('198.51.100.7')
  await stranger.send(T.LOGIN_REQUEST, { token: `${token}A` })
  house.setClock(10_000_000)
  await stranger.send(T.LOGIN_REQUEST, { token })
  house.setClock(-10_000_000)
  await house.ports.users.replaceHash(account.id, account.passwordHash, 'plain new')
  await stranger.send(T.LOGIN_REQUEST, { token })
  const refused = { event: 'token_refused', address: '198.51.100.7' }
  expect(securityLog.events).toEqual([
    { ...refused, reason: 'invalid_token' },
    { ...refused, reason: 'expired_token' },
    { ...refused, reason: 'invalid_token', userId: alice.userId },
  ])
  expect(JSON.stringify(securityLog.events)).not.toContain(token.split('.')[0])
})

test('SEC-4 a session token that leads nowhere, and too many of them', async () => {
  const securityLog = createSpySecurityLog()
  const rates = rateLimits(configSchema.parse({ resume: { max_failed_per_minute: 1 } }))
  const house = createHouse({ securityLog, rates })
  const stranger = house.connect('198.51.100.7')
  await stranger.hello(CAPABILITIES)
  for (let i = 0; i < 2; i++)
    await stranger.send(T.RESUME, { session_token: 'secret'.repeat(7), last_seq: 0 })
  const refused = { event: 'token_refused', address: '198.51.100.7' }
  expect(securityLog.events).toEqual([
    { ...refused, reason: 'unknown_session' },
    { ...refused, reason: 'too_many_attempts' },
  ])
})

test('SEC-4 a token whose session was replaced, as an honest client has, is no event', async () => {
  const house = createHouse()
  const alice = await house.logIn('alice', CAPABILITIES)
  const securityLog = createSpySecurityLog()
  const later = createHouse({ securityLog })
  const again = await later.logIn('alice', CAPABILITIES)
  const { token } = again
  await later.logIn('alice', CAPABILITIES)
  await resume(later, { session_token: token, last_seq: 0 })
  expect(securityLog.events.map(({ event }) => event)).toEqual(['session_replaced'])
  expect(alice.ended).toBe(false)
})

test('SEC-5 a login that ends another session of the user, with both addresses', async () => {
  const securityLog = createSpySecurityLog()
  const house = createHouse({ securityLog })
  const alice = await house.logIn('alice', CAPABILITIES)
  const elsewhere = house.connect('198.51.100.7')
  await elsewhere.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
  expect(securityLog.events).toEqual([
    {
      event: 'session_replaced',
      reason: 'logged_in_elsewhere',
      address: '198.51.100.7',
      userId: alice.userId,
      previousAddress: '192.0.2.1',
    },
  ])
})

test('SEC-6 each try to change a password or to delete an account', async () => {
  const securityLog = createSpySecurityLog()
  const house = createHouse({ securityLog })
  const alice = await house.logIn('alice', ['account'])
  const change = (password_hash: string) =>
    alice.send(T.CHANGE_PASSWORD, { password_hash, new_password_hash: 'a new secret' })
  await change('a wrong secret')
  await change('pw')
  await alice.send(T.DELETE_ACCOUNT, { password_hash: 'a new secret' })
  const event = { event: 'account', address: '192.0.2.1', userId: alice.userId }
  expect(securityLog.events).toEqual([
    { ...event, action: 'change password', reason: 'invalid_credentials' },
    { ...event, action: 'change password', reason: 'done' },
    { ...event, action: 'delete account', reason: 'done' },
  ])
})
