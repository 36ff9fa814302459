import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressKey } from '../../src/tcp/address-key.ts'
import { WaitingRoom } from '../../src/tcp/waiting-room.ts'

const guest = (address: string, isBusy = false) => ({ address, isBusy })

describe('the waiting room', () => {
  test('BOUND-5 the one of an address that has waited longest goes first', () => {
    const room = new WaitingRoom({ maxGuests: 10, maxGuestsPerAddress: 2 })
    const [first, second, third, other] = [guest('a'), guest('a'), guest('a'), guest('b')]
    expect([room.enter(other), room.enter(first), room.enter(second)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(room.enter(third)).toBe(first)
    room.leave(second)
    expect(room.enter(guest('a'))).toBeUndefined()
    expect(room.enter(guest('a'))).toBe(third)
  })

  test('BOUND-5 whoever waits for an answer stays, unless all do', () => {
    const room = new WaitingRoom({ maxGuests: 2, maxGuestsPerAddress: 2 })
    const [busy, idle, late] = [guest('a', true), guest('b'), guest('c', true)]
    room.enter(busy)
    room.enter(idle)
    expect(room.enter(late)).toBe(idle)
    expect(room.enter(guest('d'))).toBe(busy)
  })

  test('BOUND-5 however they come and go, no more wait than may, and nobody is sent away for nothing', () => {
    const step = fc.record({ address: fc.constantFrom('a', 'b', 'c', 'd'), leaves: fc.nat(9) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const limits = { maxGuests: 5, maxGuestsPerAddress: 2 }
        const room = new WaitingRoom(limits)
        let waiting: { address: string; isBusy: boolean }[] = []
        for (const { address, leaves } of steps) {
          const going = waiting[leaves]
          if (going !== undefined) {
            room.leave(going)
            waiting = waiting.filter((one) => one !== going)
          }
          const full = waiting.length === 5 || waiting.filter((one) => one.address === address).length === 2
          const coming = guest(address)
          const sent = room.enter(coming)
          expect(sent !== undefined).toBe(full)
          waiting = [...waiting.filter((one) => one !== sent), coming]
          expect(waiting.length).toBeLessThanOrEqual(5)
        }
      }),
    )
  })
})

describe('the address that limits count by', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('BOUND-4 %s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key)
  })
})
