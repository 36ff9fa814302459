import { appendFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { torture } from '../../support/cluster/torture/torture.ts'
import { createDice, randomSeed } from '../../support/dice.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { postgresServer } from '../postgres/server.ts'
import { canRun } from '../program.ts'

/** For a longer run, or the same again. */
const { env } = process
const SECONDS = Number(env['ROOMRTC_CLUSTER_TORTURE_SECONDS'] ?? 40)
const CLIENTS = Number(env['ROOMRTC_CLUSTER_TORTURE_CLIENTS'] ?? 60)
const SEED = Number(env['ROOMRTC_CLUSTER_TORTURE_SEED'] ?? randomSeed())
const NODE_TIMEOUT_MS = Number(env['ROOMRTC_CLUSTER_TORTURE_NODE_TIMEOUT_MS'] ?? 2000)
/** Where the history goes, a line of JSON an entry. */
const HISTORY = env['ROOMRTC_CLUSTER_TORTURE_HISTORY']

const postgres = postgresServer()
const ends = endsAfterEach()

describe.skipIf(!canRun('redis-server'))('three nodes that break all the time', () => {
  test(
    'CLUSTER-60 CLUSTER-61 CLUSTER-62 CLUSTER-63 lose nothing, double nothing, and agree in the end',
    { timeout: (SECONDS + 200) * 1000 },
    async () => {
      console.log(`seed ${SEED}`)
      const { faults, errors, ...counts } = await torture(ends, {
        dice: createDice(SEED),
        postgresUrl: await postgres().createDatabase(),
        seconds: SECONDS,
        clients: CLIENTS,
        nodeTimeoutMs: NODE_TIMEOUT_MS,
        isPeaceful: env['ROOMRTC_CLUSTER_TORTURE_PEACEFUL'] === '1',
        report: console.log,
        ...(HISTORY === undefined
          ? {}
          : {
              record: (entry) => {
                appendFileSync(HISTORY, `${JSON.stringify(entry)}\n`)
              },
            }),
      })
      console.log(JSON.stringify(counts))
      for (const error of new Set(
        errors.map((line) =>
          line.replace(/"time":[^,]*,"pid":[^,]*,("conn":[^,]*,)?("in_reply_to":[^,]*,)?/, ''),
        ),
      ))
        console.log(error)
      expect({ seed: SEED, faults }).toEqual({ seed: SEED, faults: [] })
      expect(counts.signals).toBeGreaterThan(CLIENTS)
    },
  )
})
