import type { Clock } from '../../application/ports/system/clock.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import type { UseCases } from '../../application/use-cases.ts'
import { makeNewsWindows, type NewsWindows } from '../delivery/news-windows.ts'
import type { Figures } from '../figures/figures.ts'
import type { Registry } from '../registry.ts'
import { makePresenceFeed, type PresenceFeed } from './presence-feed.ts'
import { makeRoomFeed, type RoomFeed } from './room-feed.ts'

interface Deps {
  readonly registry: Registry
  readonly useCases: Pick<UseCases, 'roomAtRest'>
  readonly pause: Pause
  readonly clock: Clock
  readonly figures: Figures
  /** How long changes that come too fast are gathered; 0 is not at all. */
  readonly windowMs: number
  /** Aborted when the daemon stops. */
  readonly ended: AbortSignal
}

/** All by which many are told of what becomes of one. */
export interface Feeds {
  readonly users: PresenceFeed
  /** To those who are not in them. */
  readonly rooms: RoomFeed
  /** To those who are. */
  readonly members: NewsWindows
}

export function makeFeeds({ registry, useCases, figures, ...common }: Deps): Feeds {
  return {
    users: makePresenceFeed({ registry, figures: figures.presence, ...common }),
    rooms: makeRoomFeed({ audience: registry.audience, roomAtRest: useCases.roomAtRest, ...common }),
    members: makeNewsWindows(common),
  }
}
