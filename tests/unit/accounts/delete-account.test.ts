import { describe, expect, test } from 'vitest'
import { createHouse, settled } from '../../support/house/house.ts'
import { resume } from '../../support/house/resuming.ts'
import { createTrio } from '../../support/house/trio.ts'
import { T } from '../../support/wire/wire.ts'
import { err } from '../../../src/domain/result.ts'
import { createBarrier } from '../../support/house/barrier.ts'
import { accountOf, CAPABILITIES, credentials, deleteAccount } from './own-account.support.ts'

const refused = (code: number, reason: string) => [
  [T.ERROR, { code, reason, in_reply_to: T.DELETE_ACCOUNT, request_id: 'd' }],
]

describe('DELETE_ACCOUNT', () => {
  test('ACCOUNT-4 the account is gone, the session is over, the name is free, and the connection stays open', async () => {
    const house = createHouse()
    const watcher = await house.logIn('watcher')
    const alice = await house.logIn('alice', CAPABILITIES)
    watcher.take()
    alice.take()
    await deleteAccount(alice)
    expect(alice.seen()).toEqual([[T.ACCOUNT_DELETED, { request_id: 'd' }]])
    const gone = { user_id: alice.userId, username: 'alice', state: 'Disconnected' }
    expect(watcher.seen()).toEqual([[T.USER_STATE_UPDATE, gone]])
    await watcher.send(T.USER_LIST_REQUEST, {})
    expect(watcher.take()[0]?.payload['users']).toMatchObject([{ username: 'watcher' }])

    expect(alice.ended).toBe(false)
    await alice.send(T.USER_LIST_REQUEST, {})
    await alice.send(T.LOGIN_REQUEST, credentials('alice'))
    expect(alice.seen()).toMatchObject([
      [T.ERROR, { reason: 'login_required' }],
      [T.LOGIN_RESPONSE, { success: false, reason: 'invalid_credentials' }],
    ])
    const back = await resume(house, { session_token: alice.token, last_seq: 0 })
    expect(back.seen()).toMatchObject([[T.RESUME_REFUSED, { reason: 'unknown' }]])

    await alice.send(T.REGISTER_REQUEST, credentials('alice'))
    const [registered] = alice.take()
    expect(registered?.payload).toMatchObject({ success: true, username: 'alice' })
    expect(registered?.payload['user_id']).not.toBe(alice.userId)
  })

  test.each(['ringing', 'active'])(
    'ACCOUNT-4 a call that is %s ends for the other party as by a logout',
    async (phase) => {
      const trio = await createTrio({ ofAlice: CAPABILITIES })
      const { alice, bob, carol } = trio
      const call_id = phase === 'ringing' ? await trio.ring() : await trio.connect()
      await deleteAccount(alice)
      const gone = { user_id: alice.userId, username: 'alice', state: 'Disconnected' }
      expect(bob.take(T.HANGUP)).toMatchObject([{ payload: { call_id, reason: 'logout' } }])
      expect(bob.take(T.USER_STATE_UPDATE).map(({ payload }) => payload)).toEqual([gone])
      expect(carol.take(T.USER_STATE_UPDATE).map(({ payload }) => payload)).toContainEqual(gone)
      await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId })
      expect(bob.take(T.ERROR)).toMatchObject([{ payload: { reason: 'user_not_found' } }])
      await bob.send(T.CALL_REQUEST, { to_user_id: carol.userId })
      expect(carol.take(T.CALL_NOTIFICATION)).toHaveLength(1)
    },
  )

  test('ACCOUNT-3 a wrong password deletes nothing', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice', CAPABILITIES)
    alice.take()
    await deleteAccount(alice, 'wrong')
    expect(alice.seen()).toMatchObject(refused(401, 'invalid_credentials'))
    expect(await accountOf(house, 'alice')).toMatchObject({ id: alice.userId })
  })

  test('ACCOUNT-6 what cannot be saved is not done: the account and the session go on', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice', CAPABILITIES)
    alice.take()
    const { users } = house.ports
    const remove = users.remove.bind(users)
    users.remove = () => Promise.resolve(err('storage_unavailable'))
    await deleteAccount(alice)
    expect(alice.seen()).toMatchObject(refused(503, 'storage_unavailable'))
    await alice.send(T.USER_LIST_REQUEST, {})
    expect(alice.take()[0]?.payload['users']).toMatchObject([{ username: 'alice', state: 'Available' }])
    users.remove = remove
    await deleteAccount(alice)
    expect(alice.seen()).toMatchObject([[T.ACCOUNT_DELETED, {}]])
  })
})

describe('what happens while an account is deleted', () => {
  /** alice, whose deletion waits on the disk, before or after its work. */
  async function slowDeletion(when: 'before' | 'after') {
    const trio = await createTrio({ ofAlice: CAPABILITIES })
    const barrier = createBarrier()
    const { users } = trio.house.ports
    const remove = users.remove.bind(users)
    users.remove = async (...args) => {
      users.remove = remove
      if (when === 'before') await barrier.wait()
      const removed = await remove(...args)
      if (when === 'after') await barrier.wait()
      return removed
    }
    const asked = deleteAccount(trio.alice)
    await settled()
    const goOn = async () => {
      barrier.open()
      await asked
    }
    return { ...trio, goOn }
  }

  test('ACCOUNT-5 a session that came in meanwhile ends as an administrator ends one', async () => {
    const { house, carol, goOn } = await slowDeletion('before')
    const other = await house.logIn('alice', CAPABILITIES)
    other.take()
    carol.take()
    await goOn()
    expect(other.seen()).toMatchObject([[T.ERROR, { code: 403, reason: 'account_changed' }]])
    expect(other.ended).toBe(true)
    expect(carol.seen()).toMatchObject([[T.USER_STATE_UPDATE, { username: 'alice', state: 'Disconnected' }]])
  })

  test('ACCOUNT-5 the session that asked, resumed elsewhere meanwhile, ends there', async () => {
    const { house, alice, goOn } = await slowDeletion('before')
    const there = await resume(house, { session_token: alice.token, last_seq: 0 })
    there.take()
    await goOn()
    expect(there.seen()).toMatchObject([[T.ERROR, { reason: 'account_changed' }]])
    expect(there.ended).toBe(true)
  })

  test('ACCOUNT-5 RESUME-3 once the account is gone its session cannot be resumed', async () => {
    const { house, alice, goOn } = await slowDeletion('after')
    const there = await resume(house, { session_token: alice.token, last_seq: 0 })
    expect(there.seen()).toEqual([[T.RESUME_REFUSED, { reason: 'unknown' }]])
    await goOn()
    expect(alice.take(T.ACCOUNT_DELETED)).toHaveLength(1)
  })

  test('ACCOUNT-5 AUTH-14 nobody logs in to an account that is gone', async () => {
    const { house, alice, goOn } = await slowDeletion('after')
    const late = house.connect()
    await late.send(T.LOGIN_REQUEST, credentials('alice'))
    expect(late.seen()).toMatchObject([[T.LOGIN_RESPONSE, { reason: 'invalid_credentials' }]])
    await goOn()
    expect(alice.seen()).toMatchObject([[T.ACCOUNT_DELETED, {}]])
  })

  test('ACCOUNT-4 CALL-2 nobody can call an account that is gone while its session ends', async () => {
    const { alice, bob, goOn } = await slowDeletion('after')
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    expect(bob.take(T.ERROR)).toMatchObject([{ payload: { reason: 'user_not_found' } }])
    await goOn()
    expect(alice.seen()).toMatchObject([[T.ACCOUNT_DELETED, {}]])
  })

  test('ACCOUNT-4 a call that rings just then ends, and the caller is free again', async () => {
    const { alice, bob, carol, goOn } = await slowDeletion('before')
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    expect(alice.take(T.CALL_NOTIFICATION)).toHaveLength(1)
    await goOn()
    expect(alice.take(T.ACCOUNT_DELETED)).toHaveLength(1)
    expect(bob.take(T.HANGUP)).toMatchObject([{ payload: { reason: 'logout' } }])
    await bob.send(T.CALL_REQUEST, { to_user_id: carol.userId })
    expect(carol.take(T.CALL_NOTIFICATION)).toHaveLength(1)
  })

  test('ACCOUNT-4 of two deletions at once one is done, and nobody is left', async () => {
    const { house, goOn } = await slowDeletion('before')
    const other = await house.logIn('alice', CAPABILITIES)
    other.take()
    await deleteAccount(other)
    expect(other.seen()).toMatchObject([[T.ACCOUNT_DELETED, {}]])
    await goOn()
    expect(await house.ports.users.findByName('alice')).toBeUndefined()
    expect((await house.ports.presence.list()).size).toBe(2)
  })

  test('ACCOUNT-3 an administrator sets the password meanwhile: the account stays', async () => {
    const { house, alice, goOn } = await slowDeletion('before')
    const account = await accountOf(house, 'alice')
    await house.ports.users.replaceHash(account.id, account.passwordHash, 'plain of the administrator')
    await goOn()
    expect(alice.seen()).toMatchObject(refused(401, 'invalid_credentials'))
    expect((await accountOf(house, 'alice')).id).toBe(account.id)
  })

  test('ACCOUNT-4 an administrator renames the user meanwhile: the account is deleted all the same', async () => {
    const { house, alice, goOn } = await slowDeletion('before')
    await house.ports.users.rename((await accountOf(house, 'alice')).id, 'alicia')
    await goOn()
    expect(alice.seen()).toMatchObject([[T.ACCOUNT_DELETED, {}]])
    expect(await house.ports.users.findByName('alicia')).toBeUndefined()
  })

  test('ACCOUNT-6 the client leaves before its password was looked at: the account stays', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice', ['account'])
    const barrier = createBarrier()
    const { hasher } = house.ports
    const verify = hasher.verify.bind(hasher)
    hasher.verify = async (...args) => {
      await barrier.wait()
      return verify(...args)
    }
    const asked = deleteAccount(alice)
    await settled()
    await alice.drop()
    barrier.open()
    await asked
    expect(await accountOf(house, 'alice')).toMatchObject({ id: alice.userId })
  })
})
