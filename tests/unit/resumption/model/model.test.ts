import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Tally } from './ledger.ts'
import { schedule, type Step } from './schedule.ts'
import { World } from './world.ts'

async function run(world: World, steps: readonly Step[]): Promise<void> {
  await world.open()
  for (const { happening, readers } of steps) {
    if ('do' in happening) await world.happen(happening)
    else await Promise.all(happening.map((one) => world.perform(one)))
    for (const who of readers) await world.perform({ do: 'read', who })
    await world.check()
  }
  await world.settle()
  await world.check()
  world.checkEnd()
  await world.abandon()
}

/** Where what the schedules are about does not happen, they prove nothing. By experience it happens five times as often. */
function expectAtLeast(tally: Tally, counts: Readonly<Record<string, number>>): void {
  for (const [what, count] of Object.entries(counts)) {
    expect(tally.of(what), what).toBeGreaterThanOrEqual(count)
  }
}

describe('any schedule of calls, losses, returns and restarts', () => {
  test('RESUME-1 RESUME-2 RESUME-4 RESUME-6 RESUME-11 LIFE-12 every message comes exactly once and in order, and all agree on the calls', async () => {
    const tally = new Tally()
    await fc.assert(
      fc.asyncProperty(schedule, (steps) => run(new World(tally), steps)),
      { numRuns: 250 },
    )
    expectAtLeast(tally, {
      'resumed with a replay': 60,
      'resumed into a call': 100,
      'resumed over a living connection': 100,
      'resumed after a lost RESUMED': 10,
      'restart with a call': 15,
      'sent again': 30,
      'refused: expired': 30,
    })
  }, 60_000)

  test('RESUME-8 where little is kept, a session goes on whole or not at all', async () => {
    const tally = new Tally()
    await fc.assert(
      fc.asyncProperty(schedule, (steps) => run(new World(tally, { max_outbox_frames: 3 }), steps)),
      { numRuns: 100 },
    )
    expectAtLeast(tally, { 'resumed with a replay': 20, 'refused: overflow': 1 })
  }, 60_000)
})
