import type { Pause } from '../application/ports/pause.ts'
import { type PresenceChange, PresenceChanges } from './presence-changes.ts'
import { presenceNews } from './presence-news.ts'
import type { Registry } from './registry.ts'

interface Deps {
  readonly registry: Registry
  readonly pause: Pause
  /** How long changes that come too fast are gathered; 0 is not at all. */
  readonly windowMs: number
  /** Aborted when the daemon stops. */
  readonly ended: AbortSignal
}

/** Tells every session of changes of presence. */
export interface PresenceFeed {
  tell(change: PresenceChange): void
  /** Somebody is sent a list, with changes in it that wait to be told. */
  listRead(): void
}

/** Frames that may be written one by one within a window: with few listeners many changes, with many at least one. */
const WRITES_AT_ONCE = 5000

/**
 * A change leaves at once. When more come within a window than can be told one by one, the rest are merged by user and
 * leave together as it ends, one write for each listener. Then it is a storm: in the next windows all changes are merged,
 * until there is one without any.
 */
export function makePresenceFeed({ registry, pause, windowMs, ended }: Deps): PresenceFeed {
  const waiting = new PresenceChanges()
  let windowIsOpen = false
  let isStorm = false
  let writes = 0

  return {
    tell(change) {
      const isCalm = !isStorm && waiting.size === 0 && writes + registry.size <= WRITES_AT_ONCE
      if (windowIsOpen && !isCalm) {
        waiting.add(change)
        return
      }
      writes += registry.size
      tell([change])
      if (windowMs > 0 && !windowIsOpen) void keepWindows()
    },

    listRead() {
      waiting.listRead()
    },
  }

  async function keepWindows(): Promise<void> {
    windowIsOpen = true
    do {
      await pause(windowMs, ended)
      writes = 0
      isStorm = waiting.size > 0
      if (isStorm) tell(waiting.take())
    } while (isStorm && !ended.aborted)
    windowIsOpen = false
  }

  function tell(changes: readonly PresenceChange[]): void {
    const news = presenceNews(changes)
    for (const { user, endpoint } of registry.all()) endpoint?.tellPresence(news, news.indexOf(user.id))
  }
}
