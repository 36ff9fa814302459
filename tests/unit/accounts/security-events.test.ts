import { expect, test } from 'vitest'
import { createHouse } from '../../support/house/house.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { T } from '../../support/wire/wire.ts'
import { CAPABILITIES, changePassword } from './own-account.support.ts'

test('ACCOUNT-7 LOG-7 each try is one line in the log: who, from where, what, and never a password', async () => {
  const { log, lines } = createSpyLog()
  const house = createHouse({ log })
  const alice = await house.logIn('alice', CAPABILITIES)
  await changePassword(alice, 'wrong-secret', 'new-secret')
  await changePassword(alice, 'pw', 'new-secret')
  await alice.send(T.DELETE_ACCOUNT, { password_hash: 'wrong-secret' })
  await alice.send(T.DELETE_ACCOUNT, { password_hash: 'new-secret' })
  const who = { security: 'account', conn: 1, address: '192.0.2.1', user: alice.userId, username: 'alice' }
  expect(lines.filter(({ message }) => message === 'account')).toEqual(
    [
      { action: 'change password', outcome: 'invalid_credentials' },
      { action: 'change password', outcome: 'done' },
      { action: 'delete account', outcome: 'invalid_credentials' },
      { action: 'delete account', outcome: 'done' },
    ].map((event) => ({ ...who, ...event, message: 'account' })),
  )
  expect(JSON.stringify(lines)).not.toContain('secret"')
  expect(JSON.stringify(lines)).not.toContain('-secret')
})
