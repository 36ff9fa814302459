import { describe, expect, test } from 'vitest'
import { configSchema } from '../../../src/config/schema.ts'
import { rateLimits } from '../../../src/daemon/settings.ts'
import { err } from '../../../src/domain/result.ts'
import { createHouse } from '../../support/house/house.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { createTrio } from '../../support/house/trio.ts'
import { T } from '../../support/wire/wire.ts'
import { accountOf, CAPABILITIES, changePassword, credentials } from './own-account.support.ts'

const refused = (code: number, reason: string) => [
  [T.ERROR, { code, reason, in_reply_to: T.CHANGE_PASSWORD, request_id: 'c' }],
]

describe('CHANGE_PASSWORD', () => {
  test('ACCOUNT-1 ACCOUNT-2 the new password logs in, the old one does not, and the session goes on', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice', CAPABILITIES)
    alice.take()
    await changePassword(alice, 'pw', 'new')
    expect(alice.seen()).toEqual([[T.PASSWORD_CHANGED, { request_id: 'c' }]])
    await alice.send(T.USER_LIST_REQUEST, {})
    expect(alice.take()).toMatchObject([{ type: T.USER_LIST_RESPONSE }])
    await alice.drop()
    expect((await comeBack(house, alice, 0)).resumed).toMatchObject({ username: 'alice' })

    const other = house.connect()
    await other.send(T.LOGIN_REQUEST, credentials('alice'))
    expect(other.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: false }]])
    await other.send(T.LOGIN_REQUEST, credentials('alice', 'new'))
    expect(other.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true, user_id: alice.userId }]])
  })

  test('ACCOUNT-1 a call goes on', async () => {
    const trio = await createTrio({ ofAlice: CAPABILITIES })
    const call_id = await trio.connect()
    await changePassword(trio.alice, 'pw', 'new')
    expect(trio.alice.seen()).toMatchObject([[T.PASSWORD_CHANGED, {}]])
    await trio.alice.send(T.SDP_OFFER, { call_id, to_user_id: trio.bob.userId, sdp: 'after it' })
    expect(trio.bob.take().map(({ type }) => type)).toEqual([T.SDP_OFFER])
  })

  test.each([
    ['an empty one', '', /new_password_hash/],
    ['a lone surrogate', '\ud800', /lone surrogates/],
    ['one that is too long', 'x'.repeat(4097), /new_password_hash/],
  ])('ACCOUNT-1 the new password obeys the rule of a registration: %s is refused', async (_what, to, why) => {
    const house = createHouse()
    const alice = await house.logIn('alice', CAPABILITIES)
    alice.take()
    await changePassword(alice, 'pw', to)
    expect(alice.seen()).toMatchObject([
      [T.ERROR, { message: expect.stringMatching(why), reason: 'invalid_field' }],
    ])
    await changePassword(alice, 'pw', 'x'.repeat(4096))
    expect(alice.seen()).toMatchObject([[T.PASSWORD_CHANGED, {}]])
  })

  test('ACCOUNT-3 a wrong present password changes nothing, and the connection stays open', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice', CAPABILITIES)
    alice.take()
    await changePassword(alice, 'wrong', 'new')
    expect(alice.seen()).toMatchObject(refused(401, 'invalid_credentials'))
    expect(alice.ended).toBe(false)
    await alice.send(T.LOGIN_REQUEST, credentials('alice', 'new'))
    expect(alice.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: false }]])
    await alice.send(T.LOGIN_REQUEST, credentials('alice'))
    expect(alice.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true }]])
  })

  test('ACCOUNT-3 RATE-5 whoever guesses in a session that is not the own one has to wait, as at a login', async () => {
    const house = createHouse({ rates: rateLimits(configSchema.parse({})) })
    const thief = await house.logIn('alice', CAPABILITIES)
    thief.take()
    let guesses = 0
    for (; guesses < 20; guesses += 1) {
      await changePassword(thief, `guess ${guesses}`, 'new')
      const [[, answer] = [0, {}]] = thief.seen()
      if (answer.reason === 'too_many_attempts') {
        expect(answer).toMatchObject({ code: 429, retry_after_ms: expect.any(Number), request_id: 'c' })
        break
      }
      expect(answer).toMatchObject({ reason: 'invalid_credentials' })
    }
    expect(guesses).toBeLessThan(10)
    // Neither the right one nor the other request is a way round.
    await changePassword(thief, 'pw', 'new')
    await thief.send(T.DELETE_ACCOUNT, { password_hash: 'pw' })
    await thief.send(T.LOGIN_REQUEST, credentials('alice'))
    expect(thief.seen().map(([, { reason }]) => reason)).toEqual(Array(3).fill('too_many_attempts'))
    // The user is not locked out elsewhere.
    const alice = house.connect('198.51.100.1')
    await alice.send(T.LOGIN_REQUEST, credentials('alice'))
    expect(alice.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true }]])
  })

  test('ACCOUNT-8 it counts as a login of its address', async () => {
    const house = createHouse({
      rates: rateLimits(configSchema.parse({ rate_limits: { logins_per_minute: 1, login_burst: 2 } })),
    })
    const alice = await house.logIn('alice', CAPABILITIES)
    alice.take()
    await changePassword(alice, 'pw', 'new')
    await changePassword(alice, 'new', 'newer')
    expect(alice.seen()).toMatchObject([[T.PASSWORD_CHANGED, {}], ...refused(429, 'rate_limited')])
  })

  test.each(['overloaded', 'storage_unavailable'] as const)(
    'ACCOUNT-6 %s: nothing is changed, and it works later',
    async (reason) => {
      const house = createHouse()
      const alice = await house.logIn('alice', CAPABILITIES)
      alice.take()
      const { users, hasher } = house.ports
      const [replaceHash, hash] = [users.replaceHash.bind(users), hasher.hash.bind(hasher)]
      if (reason === 'overloaded') hasher.hash = () => Promise.resolve(err({ reason, retryAfterMs: 100 }))
      else users.replaceHash = () => Promise.resolve(err(reason))
      await changePassword(alice, 'pw', 'new')
      expect(alice.seen()).toMatchObject(refused(503, reason))
      Object.assign(users, { replaceHash })
      Object.assign(hasher, { hash })
      await changePassword(alice, 'pw', 'new')
      expect(alice.seen()).toMatchObject([[T.PASSWORD_CHANGED, {}]])
    },
  )

  test('ACCOUNT-6 before the login it is login_required', async () => {
    const house = createHouse()
    const client = house.connect()
    await client.hello(CAPABILITIES)
    client.take()
    await changePassword(client, 'pw', 'new')
    expect(client.seen()).toMatchObject(refused(401, 'login_required'))
  })

  test('ACCOUNT-6 AUTH-12 of an account that was disabled just now it is refused', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice', CAPABILITIES)
    alice.take()
    await house.ports.users.setDisabled((await accountOf(house, 'alice')).id, true)
    await changePassword(alice, 'pw', 'new')
    expect(alice.seen()).toMatchObject(refused(403, 'account_disabled'))
  })
})
