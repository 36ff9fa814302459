import { describe, expect, test } from 'vitest'
import { createBarrier } from '../../support/house/barrier.ts'
import { createHouse, settled } from '../../support/house/house.ts'
import { comeBack, resume } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'
import { accountOf, CAPABILITIES, changePassword, credentials } from './own-account.support.ts'

describe('the sessions of a user whose password is changed', () => {
  /** alice, whose change of password waits on the disk, before or after its work. */
  async function slowChange(when: 'before' | 'after') {
    const house = createHouse()
    const alice = await house.logIn('alice', CAPABILITIES)
    alice.take()
    const barrier = createBarrier()
    const { users } = house.ports
    const replaceHash = users.replaceHash.bind(users)
    users.replaceHash = async (...args) => {
      users.replaceHash = replaceHash
      if (when === 'before') await barrier.wait()
      const replaced = await replaceHash(...args)
      if (when === 'after') await barrier.wait()
      return replaced
    }
    const asked = changePassword(alice, 'pw', 'new')
    await settled()
    const goOn = async () => {
      barrier.open()
      await asked
    }
    return { house, alice, goOn }
  }

  test('ACCOUNT-2 one that came in with the old password meanwhile ends', async () => {
    const { house, alice, goOn } = await slowChange('before')
    const other = await house.logIn('alice', CAPABILITIES)
    other.take()
    expect(alice.ended).toBe(true)
    await goOn()
    expect(other.seen()).toMatchObject([[T.ERROR, { code: 403, reason: 'account_changed' }]])
    expect(other.ended).toBe(true)
    expect((await house.ports.presence.list()).size).toBe(0)
    const client = await resume(house, { session_token: other.token, last_seq: 0 })
    expect(client.seen()).toMatchObject([[T.RESUME_REFUSED, { reason: 'unknown' }]])
  })

  test('ACCOUNT-2 one that came in with the old password and waits for its client ends', async () => {
    const { house, goOn } = await slowChange('before')
    const other = await house.logIn('alice', CAPABILITIES)
    await other.drop()
    await goOn()
    const client = await resume(house, { session_token: other.token, last_seq: 0 })
    expect(client.seen()).toMatchObject([[T.RESUME_REFUSED, { reason: 'unknown' }]])
  })

  test('ACCOUNT-2 AUTH-14 after the change no login with the old password succeeds, while the answer is on its way', async () => {
    const { house, alice, goOn } = await slowChange('after')
    const other = house.connect()
    await other.send(T.LOGIN_REQUEST, credentials('alice'))
    expect(other.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: false }]])
    await goOn()
    expect(alice.seen()).toMatchObject([[T.PASSWORD_CHANGED, {}]])
  })

  test('ACCOUNT-2 one that was resumed elsewhere during the change goes on there', async () => {
    const { house, alice, goOn } = await slowChange('after')
    const { client } = await comeBack(house, alice, 0)
    await goOn()
    await client.send(T.USER_LIST_REQUEST, {})
    expect(client.seen()).toMatchObject([[T.USER_LIST_RESPONSE, {}]])
  })

  test('ACCOUNT-6 for a session that has ended before the change nothing is done', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice', CAPABILITIES)
    const barrier = createBarrier()
    const { hasher } = house.ports
    const hash = hasher.hash.bind(hasher)
    hasher.hash = async (...args) => {
      await barrier.wait()
      return hash(...args)
    }
    const asked = changePassword(alice, 'pw', 'new')
    await settled()
    await house.inputs.administration.endSessions({ user: (await accountOf(house, 'alice')).id })
    barrier.open()
    await asked
    const other = house.connect()
    await other.send(T.LOGIN_REQUEST, credentials('alice'))
    expect(other.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true }]])
  })

  test('ACCOUNT-1 an administrator renames the user meanwhile: the password is that of the new name', async () => {
    const { house, alice, goOn } = await slowChange('before')
    const account = await accountOf(house, 'alice')
    await house.ports.users.rename(account.id, 'alicia')
    await goOn()
    expect(alice.seen()).toMatchObject([[T.PASSWORD_CHANGED, {}]])
    const other = house.connect()
    await other.send(T.LOGIN_REQUEST, credentials('alicia', 'new'))
    expect(other.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true }]])
  })

  test('ACCOUNT-3 an administrator sets the password meanwhile: the one that was given is wrong now', async () => {
    const { house, alice, goOn } = await slowChange('before')
    const account = await accountOf(house, 'alice')
    await house.ports.users.replaceHash(account.id, account.passwordHash, 'plain of the administrator')
    await goOn()
    expect(alice.seen()).toMatchObject([[T.ERROR, { code: 401, reason: 'invalid_credentials' }]])
    expect((await house.ports.users.findByName('alice'))?.passwordHash).toBe('plain of the administrator')
  })
})
