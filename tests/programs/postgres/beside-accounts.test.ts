import { describe, expect, test } from 'vitest'
import { fileIndexContract } from '../../unit/files/file-index.contract.ts'
import { err, ok } from '../../../src/domain/result.ts'
import { pushSubscriptionsContract } from '../../unit/push/push-subscriptions.contract.ts'
import { invitesContract } from '../../unit/accounts/invites.contract.ts'
import { account } from '../../unit/users-file/rig.ts'
import { canRun } from '../program.ts'
import { openAll } from './rig.ts'
import { postgresServer } from './server.ts'

describe.skipIf(!canRun('initdb', 'postgresql'))('PostgreSQL', () => {
  const server = postgresServer()
  const fresh = () => server().createDatabase()

  invitesContract('invite codes in PostgreSQL', async () => (await openAll(await fresh())).invites)

  fileIndexContract('an index of files in PostgreSQL', async () =>
    (await openAll(await fresh())).openFileIndex(),
  )

  pushSubscriptionsContract('subscriptions in PostgreSQL', async () => {
    const { users, openPush } = await openAll(await fresh())
    const [alice, bob] = [account('alice'), account('bob')]
    for (const one of [alice, bob]) await users.insertIfAbsent(one)
    return { subscriptions: (await openPush()).subscriptions, users: [alice.id, bob.id] }
  })

  test('PUSH-2 PUSH-4 all processes have one key, and the subscriptions of an account go with it', async () => {
    const url = await fresh()
    const [here, there] = [await openAll(url), await openAll(url)]
    const [one, other] = [await here.openPush(), await there.openPush()]
    expect(await other.openKeys()).toEqual(await one.openKeys())
    const alice = account('alice')
    await here.users.insertIfAbsent(alice)
    const phone = { endpoint: 'https://push.example.org/1', p256dh: 'B', auth: 'a' }
    expect(await one.subscriptions.add(alice.id, phone, 1)).toEqual(ok(1))
    expect(await other.subscriptions.of(alice.id)).toEqual(ok([phone]))
    await here.users.remove(alice.id)
    expect(await other.subscriptions.of(alice.id)).toEqual(ok([]))
    expect(await other.subscriptions.add(alice.id, phone, 2)).toEqual(err('storage_unavailable'))
  })

  test('SQL-11 do not disturb is of the account, known to all processes, and gone with it', async () => {
    const url = await fresh()
    const [here, there] = [await openAll(url), await openAll(url)]
    const [alice, bob] = [account('alice'), account('bob')]
    for (const one of [alice, bob]) await here.users.insertIfAbsent(one)
    expect(await here.doNotDisturb.set(alice.id, true)).toBe(true)
    expect([here.doNotDisturb.isOn(alice.id), here.doNotDisturb.isOn(bob.id)]).toEqual([true, false])
    await expect.poll(() => there.doNotDisturb.isOn(alice.id)).toBe(true)
    const later = await openAll(url)
    expect([later.doNotDisturb.isOn(alice.id), later.doNotDisturb.isOn(bob.id)]).toEqual([true, false])
    expect(await there.doNotDisturb.set(bob.id, true)).toBe(true)
    expect(await there.doNotDisturb.set(alice.id, false)).toBe(true)
    await expect.poll(() => [alice, bob].map(({ id }) => here.doNotDisturb.isOn(id))).toEqual([false, true])
    await here.users.remove(bob.id)
    expect(here.doNotDisturb.isOn(bob.id)).toBe(false)
    expect(await here.doNotDisturb.set(bob.id, true)).toBe(false)
  })

  test('SQL-11 a code that was made at one process lets somebody in at another, and counts once', async () => {
    const url = await fresh()
    const [here, there] = [await openAll(url), await openAll(url)]
    const made = await here.invites.create({ uses: 1, expiresAt: undefined, note: '', now: 1 })
    if (typeof made === 'string') throw new Error(made)
    const held = await Promise.all([here, there].map(({ invites }) => invites.reserve(made.code, 1)))
    const counted = await Promise.all(
      held.map((one) => (typeof one === 'string' ? Promise.resolve(one) : one.commit())),
    )
    expect(counted.toSorted()).toEqual(['done', 'invalid_invite'])
    expect(JSON.stringify(await server().sql(url, 'SELECT * FROM roomrtc.invites'))).not.toContain(made.code)
  })

  test('SQL-3 while the database is away no mark and no code is changed', async () => {
    const url = await fresh()
    const { users, doNotDisturb, invites } = await openAll(url)
    const alice = account('alice')
    await users.insertIfAbsent(alice)
    await doNotDisturb.set(alice.id, true)
    const wanted = { uses: 1, expiresAt: undefined, note: '', now: 1 }
    const made = await invites.create(wanted)
    if (typeof made === 'string') throw new Error(made)
    await server().whileAway(async () => {
      expect(await doNotDisturb.set(alice.id, false)).toBe(false)
      expect(doNotDisturb.isOn(alice.id)).toBe(true)
      const away = 'storage_unavailable'
      expect(await invites.create(wanted)).toBe(away)
      expect(await invites.list()).toBe(away)
      expect(await invites.revoke(made.invite.id)).toBe(away)
      expect(await invites.reserve(made.code, 1)).toBe(away)
    })
    expect(await invites.revoke(made.invite.id)).toBe('done')
  })
})
