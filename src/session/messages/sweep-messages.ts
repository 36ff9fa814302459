import type { Messages } from '../../application/ports/messages.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

interface Deps {
  readonly messages: Messages
  readonly keepDays: number
  readonly clock: Clock
  readonly log: Log
}

/**
 * Lets go what is too old, at the start and once an hour (MSG-12). What guests wrote goes with them; after a crash, when nobody
 * knows them any more, within a day. `now` in monotonic milliseconds.
 */
export function makeSweepMessages({ messages, keepDays, clock, log }: Deps): (now: number) => void {
  let due = -Infinity
  return (now) => {
    if (now < due) return
    due = now + HOUR_MS
    void sweep()
  }

  async function sweep(): Promise<void> {
    const now = clock.wallMs()
    const gone = await messages.purge(now - keepDays * DAY_MS, now - DAY_MS)
    if (gone.ok && gone.value > 0) log.info({ messages: gone.value }, 'messages that are too old are gone')
  }
}
