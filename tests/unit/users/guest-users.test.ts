import { describe, expect, test } from 'vitest'
import { createGuestUsers } from '../../../src/infrastructure/memory/guest-users.ts'
import { createMemoryUserStore } from '../../../src/infrastructure/memory/memory-user-store.ts'
import { account, names } from '../users-file/rig.ts'

function house(maxGuests = 10) {
  const time = { now: 0 }
  const clock = { monotonicMs: () => time.now, wallMs: () => time.now }
  const accounts = createMemoryUserStore()
  const made = createGuestUsers(accounts, { lookalikes: 'refuse', maxGuests, openWithinMs: 1000, clock })
  return { ...made, accounts, time }
}

describe('guests beside accounts', () => {
  test('GUEST-1 a guest is found like an account, and its name is taken', async () => {
    const { users, guests, accounts } = house()
    const mia = account('mia')
    expect(await guests.enter(mia)).toEqual({ ok: true, value: mia })
    expect(await users.findByName('mia')).toEqual(mia)
    expect(await users.findById(mia.id)).toEqual(mia)
    expect(await users.findByName('Mia')).toBeUndefined()
    expect(await guests.enter(account('mia', 'other'))).toEqual({ ok: false, error: 'username_taken' })
    expect(await users.insertIfAbsent(account('mia', 'third'))).toEqual({
      ok: false,
      error: 'username_taken',
    })
    expect(await users.insertIfAbsent(account('MIA', 'fourth'))).toEqual({
      ok: false,
      error: 'username_taken_lookalike',
    })
    expect(await users.count()).toBe(0)
    expect(await names(accounts)).toEqual([])
  })

  test('GUEST-1 the name of an account, or one that reads like it, is no name for a guest', async () => {
    const { users, guests } = house()
    await users.insertIfAbsent(account('alice'))
    expect(await guests.enter(account('alice', 'g'))).toEqual({ ok: false, error: 'username_taken' })
    expect(await guests.enter(account('ALICE', 'g'))).toEqual({
      ok: false,
      error: 'username_taken_lookalike',
    })
    await users.insertIfAbsent(account('bob'))
    await guests.enter(account('mia'))
    expect(await users.rename(account('bob').id, 'mia')).toEqual({ ok: false, error: 'username_taken' })
  })

  test('GUEST-1 of an account and a guest who want one name at the same instant one gets it', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { users, guests } = house()
      const both = await Promise.all(
        round % 2 === 0
          ? [users.insertIfAbsent(account('mia', 'a')), guests.enter(account('mia', 'g'))]
          : [guests.enter(account('mia', 'g')), users.insertIfAbsent(account('mia', 'a'))],
      )
      expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    }
  })

  test('GUEST-2 GUEST-3 who opens no session in time is gone, and who has one stays until it is over', async () => {
    const { users, guests, time } = house()
    await guests.enter(account('slow'))
    await guests.enter(account('mia'))
    guests.arrived(account('mia').id)
    time.now = 1000
    guests.tick(time.now)
    expect(await users.findByName('slow')).toBeUndefined()
    expect(guests.isGuest(account('mia').id)).toBe(true)
    guests.left(account('mia').id)
    expect(await users.findById(account('mia').id)).toBeUndefined()
    expect((await guests.enter(account('mia', 'again'))).ok).toBe(true)
  })

  test('GUEST-1 there are so many guests and no more', async () => {
    const { guests } = house(1)
    await guests.enter(account('first'))
    expect(await guests.enter(account('second'))).toEqual({ ok: false, error: 'too_many_guests' })
  })
})
