import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { spawnDaemon, type SpawnedDaemon } from '../../support/programs/spawned-daemon.ts'
import { startCutter } from './cutter.ts'
import { callUp, type Party, type Place, type StartParty } from './party.ts'
import { hasCompiler, hasPython, startPython, useSanitizedC } from './programs.ts'
import { startTypeScript } from './typescript-party.ts'

const A_ROUND = 30
/** Bytes of the client after which its connection breaks: within a frame, at its end, after several. */
const CUTS = [1, 333, 2500, 5000]

const ends = endsAfterEach()
const { startSanitized } = useSanitizedC()

/** An offer arrives at the other end, and the call ends as calls do. */
async function goesOn(alice: Party, bob: Party): Promise<void> {
  bob.tell('offer anew')
  await alice.says('offer anew')
  alice.tell('hangup')
  await bob.says('ended hangup')
  expect(await Promise.all([alice.leaves(), bob.leaves()])).toEqual([0, 0])
}

const candidates = ({ lines }: Party) => lines.filter((line) => line.startsWith('candidate'))
const numbered = (end: number) => Array.from({ length: end }, (_, i) => `candidate ${i}`)

/** Who loses the connection, and the other party. */
type Who = readonly [who: string, lossy: StartParty, other: StartParty]

const everybody: readonly Who[] = [
  ['PY-2 Python', startPython, startTypeScript],
  ['C-2 C', startSanitized, startPython],
]

describe.skipIf(!hasPython || !hasCompiler)('a connection that is lost', () => {
  test.each(everybody)(
    '%s resumes in mid-call, and no message is lost or doubled',
    async (_, lossy, other) => {
      const daemon = await startTestDaemon()
      ends.push(() => daemon.stop())
      const cutter = await startCutter(ends, () => daemon.port)
      const alice = await lossy(ends, { port: cutter.port }, 'alice')
      const bob = await other(ends, { port: daemon.port }, 'bob')
      await callUp(alice, bob)
      for (const [round, bytes] of CUTS.entries()) {
        cutter.cutAfter(bytes)
        for (const candidate of numbered((round + 1) * A_ROUND).slice(round * A_ROUND)) {
          alice.tell(candidate)
          bob.tell(candidate)
        }
        await alice.says('resumed', round + 1)
        if (round === 1) cutter.cut()
      }
      const last = `candidate ${CUTS.length * A_ROUND - 1}`
      await Promise.all([alice.says(last), bob.says(last)])
      expect(candidates(alice)).toEqual(numbered(CUTS.length * A_ROUND))
      expect(candidates(bob)).toEqual(numbered(CUTS.length * A_ROUND))
      expect(cutter.connections()).toBeGreaterThan(CUTS.length)
      await goesOn(alice, bob)
    },
  )

  test.each(everybody)('%s goes on across a restart of the server', async (_, lossy, other) => {
    const first = await start()
    const place = { port: first.port }
    const [alice, bob] = [await lossy(ends, place, 'alice'), await other(ends, place, 'bob')]
    await callUp(alice, bob)
    await first.stop('SIGTERM')
    await start(first)
    alice.tell('candidate sent in between')
    await bob.says('candidate sent in between')
    await goesOn(alice, bob)
  })

  test.each<Who>([
    ['PY-3 Python', startPython, startSanitized],
    ['C-3 C', startSanitized, startPython],
  ])('%s logs in again where the session is gone, and says what was lost', async (_, lossy, other) => {
    const first = await start()
    const place = { port: first.port }
    const [alice, bob] = [await lossy(ends, place, 'alice'), await other(ends, place, 'bob')]
    await callUp(alice, bob)
    await first.stop('SIGKILL')
    rmSync(join(first.cwd, 'sessions.journal'))
    await start(first)
    await Promise.all([alice.says('ended session_lost'), bob.says('ended session_lost')])
    await Promise.all([alice.says('logged-in-again unknown'), bob.says('logged-in-again unknown')])
    alice.tell('call bob')
    await bob.says('incoming alice', 2)
    bob.tell('decline')
    await alice.says('ended declined')
  })

  test.each(everybody)('%s does not fight with a login elsewhere', async (_, lossy) => {
    const daemon = await startTestDaemon()
    ends.push(() => daemon.stop())
    const place: Place = { port: daemon.port }
    const first = await lossy(ends, place, 'alice')
    await first.says('here alice')
    await (await lossy(ends, place, 'alice', { registers: false })).says('here alice')
    await first.says('closed session_replaced')
  })
})

/** With its account file where another one has left it, and on the same port. */
async function start(before?: SpawnedDaemon): Promise<SpawnedDaemon> {
  const config = {
    server: { reconnect_after_ms: 50, ...(before === undefined ? {} : { port: before.port }) },
    security: { bcrypt_cost: 4 },
  }
  const daemon = await spawnDaemon(before === undefined ? { config } : { config, cwd: before.cwd })
  ends.push(async () => {
    await daemon.stop('SIGKILL')
    if (before === undefined) rmSync(daemon.cwd, { recursive: true, force: true })
  })
  return daemon
}
