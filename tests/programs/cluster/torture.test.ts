import { appendFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { torture } from '../../support/cluster/torture/torture.ts'
import type { Entry } from '../../support/cluster/torture/history.ts'
import { writeReport } from '../../support/cluster/torture/write-report.ts'
import { createDice, randomSeed } from '../../support/dice.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { postgresServer } from '../postgres/server.ts'
import { canRun } from '../program.ts'

/** For a longer run, `npm run torture:cluster`, or one with the same seed. */
const { env } = process
const SECONDS = Number(env['ROOMRTC_CLUSTER_TORTURE_SECONDS'] ?? 60)
const CLIENTS = Number(env['ROOMRTC_CLUSTER_TORTURE_CLIENTS'] ?? 40)
const SEED = Number(env['ROOMRTC_CLUSTER_TORTURE_SEED'] ?? randomSeed())
const NODE_TIMEOUT_MS = Number(env['ROOMRTC_CLUSTER_TORTURE_NODE_TIMEOUT_MS'] ?? 2000)
/** Where the history goes, a line of JSON an entry. */
const HISTORY = env['ROOMRTC_CLUSTER_TORTURE_HISTORY']

/** What came of it, for people. */
const REPORT = env['ROOMRTC_CLUSTER_TORTURE_REPORT']

const postgres = postgresServer()
const ends = endsAfterEach()

/** Beyond the run itself, until all is calm; by experience a tenth of it, but a busy machine takes its time. */
const CALM_SECONDS = 600

describe.skipIf(!canRun('redis-server'))('three nodes that break all the time', () => {
  test(
    'CLUSTER-60 CLUSTER-61 CLUSTER-62 CLUSTER-63 lose nothing, double nothing, and agree in the end',
    { timeout: (SECONDS + CALM_SECONDS) * 1000 },
    async () => {
      console.log(`seed ${SEED}`)
      const outcome = await torture(ends, {
        dice: createDice(SEED),
        postgresUrl: await postgres().createDatabase(),
        seconds: SECONDS,
        clients: CLIENTS,
        nodeTimeoutMs: NODE_TIMEOUT_MS,
        report: console.log,
        ...(HISTORY === undefined ? {} : { record: intoFile(HISTORY) }),
      })
      const { faults, errors, breakages, ...counts } = outcome
      console.log(JSON.stringify({ ...counts, breakages: [...breakages] }))
      // A node that was taken for dead says so: that is no fault of its own.
      for (const error of errors.filter((line) => !line.includes('taken for dead'))) console.log(error)
      const run = { seed: SEED, seconds: SECONDS, clients: CLIENTS, nodeTimeoutMs: NODE_TIMEOUT_MS }
      if (REPORT !== undefined) writeReport(REPORT, run, outcome)
      expect({ seed: SEED, faults }).toEqual({ seed: SEED, faults: [] })
      expect(outcome.signals).toBeGreaterThan(CLIENTS)
    },
  )
})

function intoFile(path: string): (entry: Entry) => void {
  return (entry) => {
    appendFileSync(path, `${JSON.stringify(entry)}\n`)
  }
}
