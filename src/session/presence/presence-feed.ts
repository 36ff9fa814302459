import type { Pause } from '../../application/ports/system/pause.ts'
import { type PresenceChange, PresenceChanges } from './presence-changes.ts'
import { presenceNews } from './presence-news.ts'
import type { Figures } from '../figures/figures.ts'
import type { Registry } from '../registry.ts'

interface Deps {
  readonly registry: Registry
  readonly pause: Pause
  readonly figures: Figures['presence']
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
 * leave together as it ends, one write for each listener. Then it is a storm: all changes of the next windows are merged,
 * up to and with the first that has few again.
 */
export function makePresenceFeed({ registry, pause, figures, windowMs, ended }: Deps): PresenceFeed {
  const waiting = new PresenceChanges()
  let windowIsOpen = false
  let isStorm = false
  /** What it takes to tell the changes of this window one by one, in frames. */
  let wanted = 0
  /** How many were told the last time: sessions without a connection cost nothing. */
  let listeners = 0

  return {
    tell(change) {
      figures.add('change')
      if (windowMs === 0) {
        tell([change])
        return
      }
      if (isStorm || waiting.size > 0 || isTooMuch(wanted + listeners)) {
        if (waiting.add(change)) figures.add('storm')
      } else tell([change])
      wanted += listeners
      if (!windowIsOpen) void keepWindows()
    },

    listRead() {
      waiting.listRead()
    },
  }

  async function keepWindows(): Promise<void> {
    windowIsOpen = true
    do {
      await pause(windowMs, ended)
      isStorm = isTooMuch(wanted) && !ended.aborted
      wanted = 0
      if (waiting.size > 0) tell(waiting.take())
    } while (isStorm)
    windowIsOpen = false
  }

  function isTooMuch(frames: number): boolean {
    return frames > Math.max(WRITES_AT_ONCE, listeners)
  }

  function tell(changes: readonly PresenceChange[]): void {
    const news = presenceNews(changes)
    listeners = 0
    for (const { user, endpoint } of registry.all()) {
      if (endpoint === undefined) continue
      listeners += 1
      endpoint.tellPresence(news, news.indexOf(user.id))
    }
  }
}
