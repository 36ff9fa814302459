import { describe, expect, test } from 'vitest'
import { check } from '../../support/cluster/torture/check/checker.ts'
import type { Entry } from '../../support/cluster/torture/history.ts'
import { plants } from '../../support/cluster/torture/plants.ts'
import { torture } from '../../support/cluster/torture/torture.ts'
import { createDice, randomSeed } from '../../support/dice.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { postgresServer } from '../postgres/server.ts'
import { canRun } from '../program.ts'

const postgres = postgresServer()
const ends = endsAfterEach()

describe.skipIf(!canRun('redis-server'))('what the torture is held against', () => {
  test(
    'CLUSTER-60 CLUSTER-61 CLUSTER-62 CLUSTER-63 each kind of fault is found in a history that is good without it',
    { timeout: 180_000 },
    async () => {
      const seed = randomSeed()
      const history: Entry[] = []
      await torture(ends, {
        dice: createDice(seed),
        postgresUrl: await postgres().createDatabase(),
        seconds: 10,
        clients: 30,
        nodeTimeoutMs: 5000,
        isPeaceful: true,
        record: (entry) => {
          history.push(entry)
        },
      })
      expect({ seed, faults: check(history) }).toEqual({ seed, faults: [] })
      for (const [what, { says, plant }] of Object.entries(plants)) {
        const found = check(plant(history)).some((fault) => fault.startsWith(says))
        expect({ seed, what, found }).toEqual({ seed, what, found: true })
      }
    },
  )
})
