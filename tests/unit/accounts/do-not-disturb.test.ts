import { describe, expect, test } from 'vitest'
import type { Guests } from '../../../src/application/ports/guests.ts'
import { ok } from '../../../src/domain/result.ts'
import { createMemoryDoNotDisturb } from '../../../src/infrastructure/memory/memory-do-not-disturb.ts'
import { createHouse } from '../../support/house/house.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { createDuo } from '../../support/house/duo.ts'
import { T } from '../../support/wire/wire.ts'

const ALL = ['resume', 'call_control', 'account']

describe('ACCOUNT-9 a user who does not want to be disturbed', () => {
  test('is Available and not rung, until it says otherwise; callers are told so', async () => {
    const { alice, bob, carol, ring } = await createDuo(ALL, ALL)
    await bob.send(T.DO_NOT_DISTURB, { on: true, request_id: 'd' })
    expect(bob.seen()).toEqual([[T.DO_NOT_DISTURB_STATE, { on: true, request_id: 'd' }]])
    expect(carol.seen()).toEqual([])
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, request_id: 'c' })
    expect(alice.seen()).toMatchObject([
      [T.ERROR, { code: 400, reason: 'do_not_disturb', in_reply_to: T.CALL_REQUEST, request_id: 'c' }],
    ])
    expect(bob.seen()).toEqual([])
    await bob.send(T.DO_NOT_DISTURB, { on: false })
    bob.take()
    expect(await ring()).toMatch(/./)
  })

  test('HELLO-5 to a client of v1 is as one who is not there, byte for byte', async () => {
    const { house, carol, bob } = await createDuo(ALL, ALL)
    const gone = await house.logIn('dave', ALL)
    await gone.send(T.LOGOUT_REQUEST, {})
    carol.take()
    const answers = async (to: { userId: string }, username: string) => {
      await carol.send(T.CALL_REQUEST, { to_user_id: to.userId })
      return carol.take().map(({ text }) => text.replace(to.userId, 'ID').replace(username, 'NAME'))
    }
    const ofOneAway = await answers(gone, 'dave')
    await bob.send(T.DO_NOT_DISTURB, { on: true })
    expect(await answers(bob, 'bob')).toEqual(ofOneAway)
    expect(ofOneAway).toHaveLength(2)
  })

  test('can call, and be called back in the same moment; what rings already goes on', async () => {
    const { alice, bob, ring } = await createDuo(ALL, ALL)
    const call_id = await ring()
    await bob.send(T.DO_NOT_DISTURB, { on: true })
    bob.take()
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    expect(alice.take(T.CALL_ACCEPTED)).toHaveLength(1)
    await alice.send(T.HANGUP, { call_id })
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(alice.take(T.CALL_ACCEPTED)).toMatchObject([{ payload: { role: 'callee' } }])
  })

  test('is told at login, at a resumption and at all its devices, where these agreed on account', async () => {
    const house = createHouse({ maxSessionsPerUser: 3 })
    const [desk, phone, old] = [
      await house.logIn('bob', ALL),
      await house.logIn('bob', ALL),
      await house.logIn('bob', ['resume']),
    ]
    for (const one of [desk, phone, old]) one.take()
    await desk.send(T.DO_NOT_DISTURB, { on: true })
    expect(desk.seen()).toEqual([[T.DO_NOT_DISTURB_STATE, { on: true }]])
    expect(phone.seen()).toEqual([[T.DO_NOT_DISTURB_STATE, { on: true }]])
    expect(old.seen()).toEqual([])
    await phone.drop()
    expect((await comeBack(house, phone, 0)).resumed).toMatchObject({ do_not_disturb: true })
    await old.drop()
    expect((await comeBack(house, old, 0)).resumed).not.toHaveProperty('do_not_disturb')
    const after = await house.crash()
    const anew = after.connect()
    await anew.hello(ALL)
    await anew.send(T.LOGIN_REQUEST, { username: 'bob', password_hash: 'pw' })
    expect(anew.take(T.LOGIN_RESPONSE)[0]?.payload).toMatchObject({ do_not_disturb: true })
  })

  test('is one no more where it cannot be saved, and is told so', async () => {
    const doNotDisturb = { ...createMemoryDoNotDisturb(), set: () => Promise.resolve(false) }
    const house = createHouse({ doNotDisturb })
    const bob = await house.logIn('bob', ALL)
    bob.take()
    await bob.send(T.DO_NOT_DISTURB, { on: true })
    expect(bob.seen()).toMatchObject([[T.ERROR, { code: 503, reason: 'storage_unavailable' }]])
    expect(house.ports.doNotDisturb.isOn).toBe(doNotDisturb.isOn)
  })

  test('has an account: guests are refused', async () => {
    const guests: Guests = {
      enter: (guest) => Promise.resolve(ok(guest)),
      isGuest: () => true,
      arrived: () => undefined,
      left: () => undefined,
      tick: () => undefined,
    }
    const gus = await createHouse({ guests }).logIn('gus', ALL)
    gus.take()
    await gus.send(T.DO_NOT_DISTURB, { on: true })
    expect(gus.seen()).toMatchObject([[T.ERROR, { code: 403, reason: 'not_for_guests' }]])
  })

  test('is forgotten with the account', async () => {
    const house = createHouse()
    const bob = await house.logIn('bob', ALL)
    await bob.send(T.DO_NOT_DISTURB, { on: true })
    await bob.send(T.DELETE_ACCOUNT, { password_hash: 'pw' })
    const account = await house.ports.users.findByName('bob')
    expect(account).toBeUndefined()
    expect([...bob.take(T.ACCOUNT_DELETED)]).toHaveLength(1)
  })
})
