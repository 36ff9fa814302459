import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressKey } from '../../../src/transport/admission/address/address-key.ts'
import { type Guest, WaitingRoom } from '../../../src/transport/admission/waiting-room.ts'

let sentAway: Guest | undefined

function guest(address: string | undefined, isBusy = false): Guest {
  const one: Guest = {
    address,
    isBusy,
    crowdOut: () => {
      sentAway = one
    },
  }
  return one
}

/** Gives who had to go. */
function enter(room: WaitingRoom, coming: Guest): Guest | undefined {
  sentAway = undefined
  room.enter(coming)
  return sentAway
}

describe('the waiting room', () => {
  test('BOUND-5 the one of an address that has waited longest goes first', () => {
    const room = new WaitingRoom({ maxGuests: 10, maxGuestsPerAddress: 2 })
    const [first, second, third, other] = [guest('a'), guest('a'), guest('a'), guest('b')]
    expect([enter(room, other), enter(room, first), enter(room, second)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(enter(room, third)).toBe(first)
    room.leave(second)
    expect(enter(room, guest('a'))).toBeUndefined()
    expect(enter(room, guest('a'))).toBe(third)
  })

  test('BOUND-5 whoever waits for an answer stays, unless all do', () => {
    const room = new WaitingRoom({ maxGuests: 2, maxGuestsPerAddress: 2 })
    const [busy, idle, late] = [guest('a', true), guest('b'), guest('c', true)]
    room.enter(busy)
    room.enter(idle)
    expect(enter(room, late)).toBe(idle)
    expect(enter(room, guest('d'))).toBe(busy)
  })

  test('BOUND-5 whose address is not known yet counts in all only', () => {
    const room = new WaitingRoom({ maxGuests: 3, maxGuestsPerAddress: 1 })
    const [first, second, known] = [guest(undefined), guest(undefined), guest('a')]
    expect([enter(room, first), enter(room, second), enter(room, known)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(enter(room, guest(undefined))).toBe(first)
    room.leave(second)
    expect(enter(room, guest('b'))).toBeUndefined()
  })

  test('BOUND-5 however they come and go, no more wait than may, and nobody is sent away for nothing', () => {
    const step = fc.record({ address: fc.constantFrom('a', 'b', 'c', 'd'), leaves: fc.nat(9) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const limits = { maxGuests: 5, maxGuestsPerAddress: 2 }
        const room = new WaitingRoom(limits)
        let waiting: Guest[] = []
        for (const { address, leaves } of steps) {
          const going = waiting[leaves]
          if (going !== undefined) {
            room.leave(going)
            waiting = waiting.filter((one) => one !== going)
          }
          const full = waiting.length === 5 || waiting.filter((one) => one.address === address).length === 2
          const coming = guest(address)
          const sent = enter(room, coming)
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
