import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import type { Dice } from '../../tests/support/dice.ts'
import { withCleanup } from '../demo/with-cleanup.ts'
import { within } from '../demo/within.ts'
import { type MeasuredDaemon, type Measurement, startMeasuredDaemon } from './measured-daemon.ts'
import { moveIn, type Residents } from './residents.ts'
import { comeBack, EVERYTHING, makeAccount, visit } from './visitor.ts'
import { visits } from './visits.ts'

interface SoakOptions {
  readonly minutes: number
  /** How long such a minute is; less than one in a test. */
  readonly minuteMs?: number
  readonly dice: Dice
  /** How many RESUMEs there are before the first measurement. */
  readonly wearIn?: number
  /** Is shown each measurement, the one of the start as minute 0, all taken while nobody but the residents is there. */
  readonly report?: (minute: number, measured: Measurement, visits: number) => void
}

export interface SoakOutcome {
  /** That of the start first. */
  readonly measurements: readonly Measurement[]
  readonly visits: number
}

/** How many visits are going on at once. */
const WORKERS = 12
const RESUME_WINDOW_MS = 2000
const LINGER_MS = 1000
const VISIT_DEADLINE_MS = 60_000
/** What outlasts a visit: windows of sessions, last words that nobody reads. Then no timer of theirs is left. */
const OUTLASTS_MS = RESUME_WINDOW_MS + LINGER_MS + 500
/** On a machine that others use, too. */
const REST_DEADLINE_MS = 60_000
const LOOK_EVERY_MS = 250

/** Churn against a daemon of its own, and what that daemon holds after each minute of it (ATTACK-12). */
export function soak(options: SoakOptions): Promise<SoakOutcome> {
  const { minutes, minuteMs = 60_000, dice, wearIn = 0, report = () => undefined } = options
  return withCleanup(async (defer) => {
    const directory = mkdtempSync(join(tmpdir(), 'roomrtc-soak-'))
    defer(() => {
      rmSync(directory, { recursive: true, force: true })
    })
    const daemon = await startMeasuredDaemon({
      server: { port: 0 },
      http: { enable: false },
      limits: { linger_timeout_ms: LINGER_MS },
      security: { bcrypt_cost: 4, enable_rate_limiting: false },
      resume: { window_ms: RESUME_WINDOW_MS },
      persistence: { data_directory: directory },
    })
    defer(() => {
      daemon.kill()
    })
    const { port } = daemon
    const pairs = Array.from({ length: WORKERS }, (_, i) => [`guest ${i}a`, `guest ${i}b`] as const)
    for (const name of pairs.flat()) await makeAccount(port, name)
    await wear(port, pairs.flat(), wearIn)
    const residents = await moveIn(port)
    defer(() => residents.leave())

    let count = 0
    const churn = async (ms: number) => {
      const until = performance.now() + ms
      const isTime = () => performance.now() < until
      const work = pairs.map(async (names) => {
        while (isTime()) {
          const one = dice.pick(visits)
          await within(VISIT_DEADLINE_MS, `a visit (${one.name})`, one({ port, dice, names }))
          count += 1
        }
      })
      const talking = async () => {
        while (isTime()) await residents.talk()
      }
      await Promise.all([...work, talking()])
    }

    // Code that is compiled and pools that are filled at the first use are no leak.
    await churn(Math.min(minuteMs, 15_000))
    const start = await measureSettled(residents, daemon)
    report(0, start, count)
    const measurements = [start]
    for (let minute = 1; minute <= minutes; minute += 1) {
      await churn(minuteMs)
      const measured = await measureAtRest(residents, daemon, start)
      report(minute, measured, count)
      measurements.push(measured)
    }
    await residents.leave()
    await daemon.stop()
    return { measurements, visits: count }
  })
}

/** How handles and timers differ from those of the start, one line each; nothing where all is as it was. */
export function differences(start: Measurement, end: Measurement): string[] {
  const found: string[] = []
  for (const kind of new Set([...start.handles, ...end.handles])) {
    const [before, now] = [start, end].map(({ handles }) => handles.filter((one) => one === kind).length)
    if (before !== now) found.push(`${kind}: ${before} at the start, ${now} at the end`)
  }
  if (start.timers !== end.timers)
    found.push(`timers: ${start.timers} at the start, ${end.timers} at the end`)
  if (start.descriptors !== end.descriptors)
    found.push(`descriptors: ${start.descriptors} at the start, ${end.descriptors} at the end`)
  return found
}

/** Of tokens that are good no more the daemon remembers the latest 10,000: filled up, they are no trend. */
async function wear(port: number, usernames: readonly string[], times: number): Promise<void> {
  const each = Math.ceil(times / usernames.length)
  const work = usernames.map(async (username) => {
    let visitor = await visit(port, username, EVERYTHING)
    for (let i = 0; i < each; i += 1) {
      const { client } = visitor
      visitor = (await comeBack(port, visitor)) ?? visitor
      await client.close()
    }
    await visitor.client.close()
  })
  await Promise.all(work)
}

/** What to compare with: a measurement like which all others were for as long as anything outlasts a visit. */
async function measureSettled(residents: Residents, daemon: MeasuredDaemon): Promise<Measurement> {
  const until = performance.now() + REST_DEADLINE_MS
  let last = await measureAlone(residents, daemon)
  let since = performance.now()
  while (performance.now() < until) {
    await after(LOOK_EVERY_MS)
    // When it is asked for counts, not when the answer is read: this process may be held up in between.
    const asked = performance.now()
    const next = await measureAlone(residents, daemon)
    if (differences(last, next).length > 0) since = performance.now()
    else if (asked >= since + OUTLASTS_MS) return next
    last = next
  }
  throw new Error('before the first minute the daemon did not come to rest')
}

/** Waits until all is as at the start, and gives up on it, not on the measurement. */
async function measureAtRest(
  residents: Residents,
  daemon: MeasuredDaemon,
  start: Measurement,
): Promise<Measurement> {
  const until = performance.now() + REST_DEADLINE_MS
  for (;;) {
    const measured = await measureAlone(residents, daemon)
    if (differences(start, measured).length === 0 || performance.now() > until) return measured
    await after(LOOK_EVERY_MS)
  }
}

/** Waits until nobody but the residents is listed. */
async function measureAlone(residents: Residents, daemon: MeasuredDaemon): Promise<Measurement> {
  const until = performance.now() + REST_DEADLINE_MS
  for (;;) {
    await residents.talk()
    const left = await residents.others()
    if (left.length === 0) return daemon.measure()
    if (performance.now() > until) throw new Error(`they have gone and are still listed: ${left.join(', ')}`)
    await after(LOOK_EVERY_MS)
  }
}
