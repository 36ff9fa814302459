import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Crowd } from '../../support/house-model/crowd.ts'
import { capabilities, deeds } from '../../support/house-model/deeds.ts'
import { Tally } from '../resumption/model/ledger.ts'

/** For a long run see CONTRIBUTING.md. */
const RUNS = Number(process.env['ROOMRTC_MODEL_RUNS'] ?? 40)

const clients = fc.array(capabilities, { minLength: 2, maxLength: 20, size: 'max' })
const commands = fc.commands(deeds, { maxCommands: 160, size: 'max' })

test(
  'ATTACK-11 whatever up to 20 clients do, each is sent what PROTOCOL.md says and nobody is mistaken about the others',
  { timeout: 60_000 + RUNS * 1000 },
  async () => {
    const tally = new Tally()
    await fc.assert(
      fc.asyncProperty(clients, commands, async (agreed, doing) => {
        const crowd = new Crowd(agreed, tally)
        await crowd.open()
        await fc.asyncModelRun(() => ({ model: {}, real: crowd }), doing)
        await crowd.close()
      }),
      { numRuns: RUNS },
    )
    // Where what can go wrong does not happen, it proves nothing. By experience it happens five times as often.
    const { often, seldom } = { often: 20, seldom: 2 }
    const counts = {
      ...{ called: often, 'call refused': often, accepted: often, relayed: often, resumed: often },
      ...{ 'resumed with a replay': seldom, 'resumed over a living connection': often },
      ...{ 'not resumed: replaced': often, 'wrong password': often, 'hung up': seldom, declined: seldom },
      alerted: seldom,
      ...{
        'hung up by anybody': seldom,
        'relayed astray': seldom,
        'dropped out of a call': seldom,
        'logged in elsewhere': seldom,
        'password changed': seldom,
        'account deleted': seldom,
      },
    }
    for (const [what, count] of Object.entries(counts)) {
      expect(tally.of(what), what).toBeGreaterThanOrEqual(count)
    }
  },
)
