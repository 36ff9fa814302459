import { rm } from 'node:fs/promises'
import type { Dice } from '../dice.ts'
import { logged, spawnDaemon, type SpawnedDaemon } from '../programs/spawned-daemon.ts'
import { Talker } from './talker.ts'

interface CrashOptions {
  readonly rounds: number
  /** So many talk with each other: two in a call, more in a room. */
  readonly groups: readonly number[]
  /** Each has another device, which has nothing to do with its call. */
  readonly spares?: boolean
  readonly dice: Dice
  /** Is told of each round. */
  readonly report?: (round: number, signals: number) => void
}

interface CrashOutcome {
  /** What went wrong, as the clients saw it. */
  readonly faults: readonly string[]
  /** How many signals came through. */
  readonly signals: number
}

const AGES_MS = 600_000

const CONFIG = {
  security: { bcrypt_cost: 4, enable_rate_limiting: false, max_sessions_per_user: 2 },
  resume: { window_ms: AGES_MS, max_outbox_frames: 100_000, max_outbox_bytes: 100_000_000 },
  limits: {
    max_outbound_bytes: 200_000_000,
    // Nobody is to be late, however long this process or the daemon stands still.
    login_timeout_ms: AGES_MS,
    frame_timeout_ms: AGES_MS,
    drain_timeout_ms: AGES_MS,
  },
}

/** kill -9 in the midst of calls and rooms, again and again; after each the clients go on, and nothing may be lost or doubled. */
export async function crash({ rounds, groups, spares, dice, report }: CrashOptions): Promise<CrashOutcome> {
  let daemon = await spawnDaemon({ config: CONFIG })
  const parties = groups.map((size, n) =>
    Array.from({ length: size }, (_, member) => new Talker(`t${n}-${member}`)),
  )
  const talkers = parties.flat()
  const idle = spares === true ? talkers.map(({ name }) => new Talker(name)) : []
  const devices = [...talkers, ...idle]
  const warnings: string[] = []
  const faults = () => [...warnings, ...devices.flatMap((device) => device.faults)]
  try {
    await Promise.all(talkers.map((talker) => talker.logIn(daemon.port)))
    await Promise.all(parties.map(meet))
    await Promise.all(idle.map((device) => device.logIn(daemon.port)))
    for (let round = 1; round <= rounds && faults().length === 0; round++) {
      for (const talker of talkers) talker.talk()
      for (const device of idle) device.listen()
      await new Promise((resolve) => setTimeout(resolve, dice.between(1, 300)))
      const cut = devices.map((device) => device.untilCut())
      await daemon.stop('SIGKILL')
      await Promise.all(cut)
      warnings.push(
        ...daemon.lines.filter(({ level }) => level === 'error').map((line) => JSON.stringify(line)),
      )
      daemon = await spawnDaemon({ config: CONFIG, cwd: daemon.cwd })
      await Promise.all(devices.map((device) => device.resume(daemon.port)))
      for (const { name, call } of idle)
        if (call !== undefined) warnings.push(`another device of ${name} has its call`)
      warnings.push(...logged(daemon, /not taken up/).map((line) => JSON.stringify(line)))
      for (const party of parties)
        warnings.push(...party.filter(hasLost(party)).map(({ name }) => `${name} has lost its call`))
      report?.(
        round,
        talkers.reduce((sum, { heard }) => sum + heard, 0),
      )
    }
    await settle(talkers)
    return { faults: faults(), signals: talkers.reduce((sum, { heard }) => sum + heard, 0) }
  } finally {
    for (const device of devices) await device.close()
    await end(daemon)
  }
}

/** Two call each other. More enter a room, in which each signals to the next. */
async function meet(party: readonly Talker[], n: number): Promise<void> {
  const [first, second] = party
  if (first === undefined || second === undefined) throw new Error('nobody to talk to')
  if (party.length === 2) return first.ring(second)
  for (const [at, talker] of party.entries()) await talker.enter(`room-${n}`, party[at + 1] ?? first)
}

function hasLost(party: readonly Talker[]): (talker: Talker) => boolean {
  return ({ call, room, callId }) => {
    if (party.length === 2) return call?.['call_id'] !== callId || call['phase'] !== 'active'
    const others = room?.['members']
    return room?.['room_id'] !== callId || !Array.isArray(others) || others.length !== party.length - 1
  }
}

/** Until everything that was said has been heard, however slow the machine is: the test's own limit is the end of it. */
async function settle(talkers: readonly Talker[]): Promise<void> {
  for (const talker of talkers) {
    talker.talk()
    talker.hush()
  }
  while (
    talkers.some(({ heard, hearsFrom, faults }) => faults.length === 0 && heard < (hearsFrom?.said ?? 0))
  )
    await new Promise((resolve) => setImmediate(resolve))
}

async function end(daemon: SpawnedDaemon): Promise<void> {
  await daemon.stop('SIGKILL')
  await rm(daemon.cwd, { recursive: true, force: true })
}
