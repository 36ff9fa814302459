import type { Effect } from '../../application/effect.ts'
import type { WatchedView } from '../../application/watch/watched-view.ts'
import { encodeMessage } from '../../protocol/codec/encode-message.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import type { Feeds } from '../presence/feeds.ts'
import type { Registry } from '../registry.ts'
import type { Session } from '../session.ts'
import { presentWatched } from './present/present-watched.ts'

interface Deps {
  readonly registry: Registry
  readonly feeds: Pick<Feeds, 'users' | 'rooms'>
}

type Watches = Extract<Effect, { kind: 'session-watches' }>

export interface DeliverWatch {
  /** Who is told of what from now on. */
  watches(effect: Watches): void
  answer(view: WatchedView, asked: { readonly by: Endpoint; readonly requestId: string | undefined }): void
  /** What a session watches, as a frame to follow RESUMED (WATCH-6); none where it has never said. */
  resumed(session: Session, view: WatchedView | undefined): readonly Buffer[]
}

/** Carries out what is about watching: whoever reads present states is told what waits of them even if it comes to nothing. */
export function makeDeliverWatch({ registry, feeds }: Deps): DeliverWatch {
  return {
    watches({ session: id, watching }) {
      const session = registry.get(id)
      if (session === undefined) return
      feeds.rooms.settle(watching.rooms, session)
      registry.audience.watch(session, watching)
      session.resumption?.watches(watching)
    },

    answer(view, { by, requestId }) {
      read(view)
      // What it has missed is in the answer, or not for it any more.
      by.presence.superseded(view.everybody)
      by.answerAtCost(encodeMessage(presentWatched(view), { requestId }))
    },

    resumed(session, view) {
      if (view === undefined) return []
      feeds.rooms.settle(
        view.rooms.map(({ id }) => id),
        session,
      )
      read(view)
      return [encodeMessage(presentWatched(view))]
    },
  }

  function read({ users }: WatchedView): void {
    feeds.users.listRead(users.map(({ id }) => id))
  }
}
