// npm run bench:resume: how long sessions that were cut at once take to resume, against as many logins, in one run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { spawnDaemon } from '../tests/support/spawned-daemon.ts'
import { cutAll, logInAll, resumeAll, writeAccounts } from './crowd.ts'

/** The mark of the benchmark suite. */
const AT_MOST = 0.1

const { values } = parseArgs({
  options: { clients: { type: 'string', default: '2000' }, cost: { type: 'string', default: '10' } },
})
const clients = Number(values.clients)
const cost = Number(values.cost)

const cwd = mkdtempSync(join(tmpdir(), 'roomrtc-bench-'))
const usernames = writeAccounts(cwd, clients, cost)
const daemon = await spawnDaemon({
  cwd,
  config: {
    server: {
      max_connections_per_address: 2 * clients,
      max_guests_per_address: 2 * clients,
      max_guests: 2 * clients,
    },
    security: { bcrypt_cost: cost, max_pending_hashes: clients, enable_rate_limiting: false },
    limits: { login_timeout_ms: 600_000, max_outbound_bytes: 64 * 1024 * 1024 },
    resume: { window_ms: 600_000 },
  },
})
try {
  const { port } = daemon
  const before = performance.now()
  const members = await logInAll(port, usernames)
  const loggedIn = performance.now()
  cutAll(members)
  const cut = performance.now()
  await resumeAll(port, members)
  const resumed = performance.now()
  cutAll(members)

  const logins = loggedIn - before
  const resumes = resumed - cut
  const ratio = resumes / logins
  console.log(`${clients} logins, bcrypt cost ${cost}: ${(logins / 1000).toFixed(2)} s`)
  console.log(`${clients} resumes after all were cut at once: ${(resumes / 1000).toFixed(2)} s`)
  console.log(`ratio ${ratio.toFixed(3)}, to be at most ${AT_MOST}`)
  if (ratio > AT_MOST) process.exitCode = 1
} finally {
  await daemon.stop()
  rmSync(cwd, { recursive: true })
}
