import { rm } from 'node:fs/promises'
import { within } from '../../scripts/demo/within.ts'
import { connectRaw } from '../support/wire/raw-client.ts'
import { spawnDaemon } from '../support/programs/spawned-daemon.ts'
import { Attackers } from './players/attackers.ts'
import { Bystanders } from './players/bystanders.ts'
import { DaemonHealth } from './daemon-health.ts'
import { PATIENCE_MS } from './players/hostile-client.ts'
import { Verdict, Violation } from './violation.ts'

/** So many frames are between two looks at whether all is well. */
const FRAMES_A_LOOK = 5000

const limits = { max_frame_bytes: 1_048_576, max_frame_bytes_before_login: 8192 }

/** As on the open internet, but that one address may do what a crowd does, and that no attacker is sent away as too slow. */
const config = {
  server: {
    max_connections: 5000,
    max_connections_per_address: 5000,
    max_guests: 4000,
    max_guests_per_address: 4000,
  },
  limits: {
    ...limits,
    login_timeout_ms: 10 * PATIENCE_MS,
    frame_timeout_ms: 10 * PATIENCE_MS,
    linger_timeout_ms: 10 * PATIENCE_MS,
  },
  // One, which has hashed and so has all its descriptors when they are counted first.
  security: { bcrypt_cost: 4, hash_threads: 1, enable_rate_limiting: false },
}

interface DaemonFuzz {
  readonly seed: number
  /** Frames to send by strangers, and by users inside their sessions. */
  readonly wanted: { readonly outside: number; readonly inside: number }
  /** Ends the run before its time. */
  readonly signal?: AbortSignal
  readonly progress?: (tally: Tally) => void
}

export interface Tally {
  readonly outside: number
  readonly inside: number
  readonly connections: number
  /** Messages that the attackers got, by type. */
  readonly got: ReadonlyMap<number, number>
  /** Candidates of the bystanders that arrived. */
  readonly relayed: number
  /** The longest time between two of them at one bystander. */
  readonly longestGapMs: number
  /** The daemon's memory. */
  readonly megabytes: number
}

/** Attacks the built daemon while two bystanders are in a call; throws a Violation with the first fault. */
export async function fuzzDaemon({ seed, wanted, signal, progress }: DaemonFuzz): Promise<Tally> {
  const daemon = await spawnDaemon({ config })
  const { port } = daemon
  const health = new DaemonHealth(daemon)
  const verdict = new Verdict()
  const ends: (() => Promise<unknown>)[] = [
    () => rm(daemon.cwd, { recursive: true, force: true }),
    () => daemon.stop('SIGKILL'),
  ]
  try {
    const bystanders = await Bystanders.connect(port, (violation) => {
      verdict.report(violation)
    })
    ends.push(() => bystanders.close())
    const handles = health.handles
    const attackers = new Attackers({
      port,
      seed,
      pair: bystanders.names,
      limits,
      verdict,
      wanted,
      goesOn: () => verdict.violation === undefined && signal?.aborted !== true,
      pause: lookInTime,
    })
    let nextLook = FRAMES_A_LOOK

    async function lookInTime(): Promise<void> {
      const { outside, inside } = attackers.sent
      if (outside + inside < nextLook) return
      nextLook += FRAMES_A_LOOK
      progress?.(await look())
    }

    async function look(): Promise<Tally> {
      const complaint = health.complaint()
      if (complaint !== undefined) throw new Violation(complaint, attackers.suspicious)
      const probe = await connectRaw(port)
      await within(PATIENCE_MS, 'the answer to a well-behaved client', probe.drain())
      await probe.close()
      await within(PATIENCE_MS, 'the next candidates of the bystanders', bystanders.advance())
      const { relayed, longestGapMs } = bystanders
      return { ...attackers.sent, got: attackers.got, relayed, longestGapMs, megabytes: health.megabytes }
    }

    await attackers.run()
    if (verdict.violation !== undefined) throw blamed(verdict.violation, health, attackers)
    const tally = await look()
    await within(PATIENCE_MS, 'letting go of the attackers', health.letGo(handles))
    await bystanders.stop()
    const end = await daemon.stop()
    if (end !== 0) throw new Violation(`the daemon ended with ${end}`)
    verdict.raise()
    return tally
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

/** Where the daemon itself has fallen ill, whoever noticed first need not be the one to blame. */
function blamed(violation: Violation, health: DaemonHealth, attackers: Attackers): Violation {
  const complaint = health.complaint()
  return complaint === undefined
    ? violation
    : new Violation(`${complaint}; noticed first: ${violation.message}`, attackers.suspicious)
}
