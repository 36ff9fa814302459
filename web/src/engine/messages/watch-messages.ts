import type { Client } from 'roomrtc-client'
import type { Messages } from 'roomrtc-client/messages'
import type { Action } from '../../model/action.ts'
import type { News } from '../../model/notices.ts'
import type { State } from '../../model/state.ts'
import type { Session } from '../session.ts'
import type { Store } from '../store.ts'
import type { Messaging } from './messaging.ts'

/** All about messages, which is loaded once somebody is inside. */
export interface WatchedMessages {
  readonly now: () => Messaging | undefined
  readonly end: () => void
}

interface Deps {
  readonly client: Client
  readonly messages: Messages
  readonly store: Store<State, Action>
  readonly tell: (what: News) => void
  readonly server: URL
  readonly session: Pick<Session, 'token' | 'renewToken'>
}

export function watchMessages({ client, messages, store, tell, server, session }: Deps): WatchedMessages {
  let messaging: Messaging | undefined
  let isOver = false
  let room: string | undefined
  const off = store.subscribe(() => {
    const now = roomIn(store.state())
    if (now === room) return
    room = now
    messaging?.inRoom(now)
  })
  void load()
  // What could not be loaded is, once the server is there again.
  const offState = client.on('state', ({ name }) => {
    if (name === 'online' && messaging === undefined) void load()
  })
  return {
    now: () => messaging,
    end() {
      isOver = true
      off()
      offState()
      messaging?.end()
    },
  }

  async function load(): Promise<void> {
    try {
      const { createMessaging } = await import('./messaging.ts')
      if (isOver || messaging !== undefined) return
      messaging = createMessaging({
        ...{ client, messages, dispatch: store.dispatch },
        refuse: (reason) => {
          tell({ name: 'refused', reason })
        },
        server,
        session,
      })
      messaging.inRoom(room)
    } catch {
      // The server is not there.
    }
  }
}

/** Once the server has let one in. */
function roomIn({ screen }: State): string | undefined {
  const room = screen.name === 'inside' ? screen.rooms.room : undefined
  return room?.own === undefined ? undefined : room.id
}
