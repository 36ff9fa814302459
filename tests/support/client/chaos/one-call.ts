import type { Call } from 'roomrtc-client'
import { expect } from 'vitest'
import { createDice } from '../../dice.ts'
import type { ChaosHouse } from './chaos-house.ts'
import { follow, join, numbers, type Party, passing, SIGNALS, talk } from './party.ts'

/** One call through thick and thin. Resolves with what is wrong. */
export async function oneCall(house: ChaosHouse, seed: number): Promise<readonly string[]> {
  const dice = createDice(seed)
  const ended: (() => unknown)[] = []
  try {
    const [alice, bob] = await Promise.all([
      join(house, `alice${seed}`, dice, ended),
      join(house, `bob${seed}`, dice, ended),
    ])
    const calls: Call[] = []
    const rung = new Promise<Call>((resolve) => {
      bob.client.on('call', (call) => {
        calls.push(call)
        follow(bob, call)
        resolve(call)
      })
    })
    const out = alice.client.call(bob.client.me?.id ?? '')
    follow(alice, out)
    const incoming = await rung
    await passing(dice.between(0, 30))
    incoming.accept()
    await out.until('active')
    await Promise.all([talk(out, dice), talk(incoming, dice)])
    await expect
      .poll(() => [alice.heard.length, bob.heard.length], { interval: 5 })
      .toEqual([SIGNALS, SIGNALS])
    const held = incoming.until('held')
    out.hold(true)
    await held
    const on = incoming.until('active')
    out.hold(false)
    await on
    const [first, second] = dice.pick([
      [out, incoming],
      [incoming, out],
    ])
    const over = second.until('over')
    first.hangup()
    await over
    // What comes twice may come late.
    await passing(20)

    expect(alice.heard).toEqual(numbers)
    expect(bob.heard).toEqual(numbers)
    expect(calls.length).toBe(1)
    // The state is told anew where the connection of the other one comes and goes.
    const told = ({ states }: Party) => states.filter((name, i) => name !== states[i - 1])
    expect(told(alice).filter((name) => name !== 'ringing-out')).toEqual([
      'active',
      'held',
      'active',
      'ended',
    ])
    expect(told(bob).filter((name) => name !== 'ringing-in')).toEqual(['active', 'held', 'active', 'ended'])
    expect([out.state, incoming.state]).toMatchObject([{ reason: 'hangup' }, { reason: 'hangup' }])
    return [...alice.trouble, ...bob.trouble]
  } catch (error) {
    return [String(error)]
  } finally {
    await Promise.all(ended.toReversed().map((end) => end()))
  }
}
