import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deeds, type Deed, DevicesWorld } from '../../support/devices/devices-world.ts'
import { T } from '../../support/wire/wire.ts'
import { Tally } from '../resumption/model/ledger.ts'

/** For a long run see CONTRIBUTING.md. */
const RUNS = Number(process.env['ROOMRTC_MODEL_RUNS'] ?? 200)

const count = fc.nat({ max: 20 })
const deed: fc.Arbitrary<Deed> = fc.record({
  what: fc.constantFrom(...deeds, 'ring', 'accept', 'accept', 'accept', 'move', 'return', 'return'),
  who: count,
  whom: count,
})

type Step = (world: DevicesWorld) => Promise<void>

const together = fc.array(deed, { minLength: 1, maxLength: 4 }).map(
  (all): Step =>
    (world) =>
      world.happen(all),
)
const newcomer = fc.tuple(count, fc.boolean()).map(
  ([who, resumable]): Step =>
    (world) =>
      world.logIn(who, resumable),
)
const time = fc.constantFrom(1000, 30_000, 600_000).map(
  (ms): Step =>
    (world) =>
      world.pass(ms),
)
const crash = fc.constant<Step>((world) => world.crash())

const step = fc.oneof(
  { weight: 15, arbitrary: together },
  { weight: 3, arbitrary: newcomer },
  { weight: 1, arbitrary: time },
  { weight: 1, arbitrary: crash },
)

test(
  'DEV-2 DEV-3 DEV-4 DEV-5 DEV-6 DEV-8 DEV-9 whatever devices do in the same instant, one has each side of a call, and each other is told one end',
  { timeout: 60_000 + RUNS * 500 },
  async () => {
    const tally = new Tally()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        const world = new DevicesWorld(tally)
        await world.open()
        for (const one of steps) await one(world)
        await world.close()
      }),
      { numRuns: RUNS },
    )
    // Where what can go wrong does not happen, it proves nothing. By experience it happens five times as often.
    const counts = {
      ...{ answered_elsewhere: 25, declined_elsewhere: 8, moved: 5, timeout: 10, logout: 15 },
      ...{ [T.CALL_ACCEPTED]: 30, 'rings at several': 60, crash: 30, return: 100 },
    }
    for (const [what, least] of Object.entries(counts))
      expect(tally.of(what), what).toBeGreaterThanOrEqual(least)
  },
)
