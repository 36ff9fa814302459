import type { Pause } from '../../application/ports/system/pause.ts'
import { type PresenceChange, PresenceChanges } from './presence-changes.ts'
import { type PresenceNews, presenceNews } from './presence-news.ts'
import type { Figures } from '../figures/figures.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Registry } from '../registry.ts'
import type { Session } from '../session.ts'

interface Deps {
  readonly registry: Registry
  readonly pause: Pause
  readonly figures: Figures['presence']
  /** How long changes that come too fast are gathered; 0 is not at all. */
  readonly windowMs: number
  /** Aborted when the daemon stops. */
  readonly ended: AbortSignal
}

/** Tells sessions of changes of presence: all, or those of the users whom they watch. */
export interface PresenceFeed {
  tell(change: PresenceChange): void
  /** Somebody is sent a list, with changes in it that wait to be told. `users`: of these alone. */
  listRead(users?: Iterable<UserId>): void
}

/** Frames that may be written one by one within a window: with few listeners many changes, with many at least one. */
const WRITES_AT_ONCE = 5000

/**
 * A change leaves at once. When more come within a window than can be told one by one, the rest are merged by user and
 * leave together as it ends, one write for each listener. Then it is a storm: all changes of the next windows are merged,
 * up to and with the first that has few again.
 */
export function makePresenceFeed({ registry, pause, figures, windowMs, ended }: Deps): PresenceFeed {
  const { audience } = registry
  const waiting = new PresenceChanges()
  let windowIsOpen = false
  let isStorm = false
  /** What it takes to tell the changes of this window one by one, in frames. */
  let wanted = 0
  /** How many were told the last time who listen to all: sessions without a connection cost nothing. */
  let listeners = 0
  /** The most frames that one change of this window takes. */
  let dearest = 0

  return {
    tell(change) {
      figures.add('change')
      if (windowMs === 0) {
        tell([change])
        return
      }
      const watchers = audience.users.countOf(change.user.id)
      dearest = Math.max(dearest, listeners + watchers)
      if (isStorm || waiting.size > 0 || isTooMuch(wanted + listeners + watchers)) {
        if (waiting.add(change)) figures.add('storm')
      } else tell([change])
      wanted += listeners + watchers
      if (!windowIsOpen) void keepWindows()
    },

    listRead(users) {
      waiting.listRead(users)
    },
  }

  async function keepWindows(): Promise<void> {
    windowIsOpen = true
    do {
      await pause(windowMs, ended)
      isStorm = isTooMuch(wanted) && !ended.aborted
      wanted = 0
      dearest = 0
      if (waiting.size > 0) tell(waiting.take())
    } while (isStorm)
    windowIsOpen = false
  }

  function isTooMuch(frames: number): boolean {
    return frames > Math.max(WRITES_AT_ONCE, listeners, dearest)
  }

  function tell(all: readonly PresenceChange[]): void {
    listeners = 0
    const { everybody, users } = audience
    const changes = everybody.size > 0 ? all : all.filter(({ user }) => users.countOf(user.id) > 0)
    if (changes.length === 0) return
    const news = presenceNews(changes)
    for (const { user, endpoint } of everybody) {
      if (endpoint === undefined) continue
      listeners += 1
      endpoint.tellPresence(news, news.indexOf(user.id))
    }
    if (users.size > 0) tellWatchers(news)
  }

  /** At the cost of those alone who watch one of them. */
  function tellWatchers(news: PresenceNews): void {
    const whose = new Map<Session, number[]>()
    for (const [index, { user }] of news.changes.entries()) {
      for (const session of audience.users.of(user.id)) {
        if (session.endpoint === undefined || session.user.id === user.id) continue
        const indexes = whose.get(session)
        if (indexes === undefined) whose.set(session, [index])
        else indexes.push(index)
      }
    }
    for (const [{ endpoint }, indexes] of whose)
      endpoint?.tellPresence(indexes.length === news.changes.length ? news : news.only(indexes), undefined)
  }
}
