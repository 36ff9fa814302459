// npm run torture:cluster -- [minutes] [clients] [--seed n]: three nodes on a real Redis and PostgreSQL that are killed,
// stopped and cut off all the time, and clients that go on. What the clients have seen is held against what must hold,
// and the report is written to bench/torture-cluster.md.
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { randomSeed } from '../tests/support/dice.ts'

const { values, positionals } = parseArgs({ options: { seed: { type: 'string' } }, allowPositionals: true })
const minutes = Number(positionals[0] ?? 20)
const clients = Number(positionals[1] ?? 200)
const seed = Number(values.seed ?? randomSeed())
if (!(minutes > 0) || !Number.isInteger(clients) || clients < 2 || !Number.isInteger(seed)) {
  console.error('usage: npm run torture:cluster -- [minutes] [clients] [--seed n]')
  process.exit(2)
}

const vitest = ['vitest', 'run', '--config', 'tests/programs/vitest.config.ts']
const { status } = spawnSync('npx', [...vitest, 'tests/programs/cluster/torture.test.ts'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    ROOMRTC_REQUIRE_PROGRAMS: '1',
    ROOMRTC_CLUSTER_TORTURE_SECONDS: String(minutes * 60),
    ROOMRTC_CLUSTER_TORTURE_CLIENTS: String(clients),
    ROOMRTC_CLUSTER_TORTURE_SEED: String(seed),
    ROOMRTC_CLUSTER_TORTURE_NODE_TIMEOUT_MS: '5000',
    ROOMRTC_CLUSTER_TORTURE_REPORT: 'bench/torture-cluster.md',
  },
})
process.exitCode = status ?? 1
