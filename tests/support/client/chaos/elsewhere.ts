import type { Call } from 'roomrtc-client'
import { expect } from 'vitest'
import { createDice } from '../../dice.ts'
import type { ChaosHouse } from './chaos-house.ts'
import { follow, join, numbers, passing, talk } from './party.ts'

/**
 * Who is in a call logs in a second time, in another tab. Of the two one stays, which can call; the other one is told why
 * it does not. Resolves with what is wrong.
 */
export async function elsewhere(house: ChaosHouse, seed: number): Promise<readonly string[]> {
  const dice = createDice(seed)
  const ended: (() => unknown)[] = []
  try {
    const [here, bob] = await Promise.all([
      join(house, `alice${seed}`, dice, ended),
      join(house, `bob${seed}`, dice, ended),
    ])
    const calls: Call[] = []
    bob.client.on('call', (call) => {
      calls.push(call)
      follow(bob, call)
      call.accept()
    })
    const first = here.client.call(bob.client.me?.id ?? '')
    await first.until('active')
    void talk(first, dice)
    await passing(dice.between(0, 100))

    const there = await join(house, `alice${seed}`, dice, ended)
    const tabs = [here.client, there.client]
    const signedOut = () => tabs.filter(({ state }) => state.name === 'signed-out')
    await expect.poll(() => signedOut().length).toBe(1)
    await first.until('over')
    await expect.poll(() => calls[0]?.state.name).toBe('ended')

    bob.heard.length = 0
    const second = tabs.find((tab) => !signedOut().includes(tab))?.call(bob.client.me?.id ?? '')
    if (second === undefined) throw new Error('nobody is left')
    await second.until('active')
    await talk(second, dice)
    await expect.poll(() => bob.heard.length, { interval: 5 }).toBe(numbers.length)
    expect(bob.heard).toEqual(numbers)
    second.hangup()
    await expect.poll(() => calls.at(-1)?.state.name).toBe('ended')

    expect(calls.length).toBe(2)
    const reasons = signedOut().map(({ state }) => ('why' in state ? state.why.reason : undefined))
    expect(reasons).toEqual([expect.stringMatching(/^(session_replaced|session_resumed|replaced)$/)])
    return bob.trouble
  } catch (error) {
    return [String(error)]
  } finally {
    await Promise.all(ended.toReversed().map((end) => end()))
  }
}
