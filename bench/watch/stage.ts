import { parseSessionId, parseUserId, type UserId } from '../../src/domain/ids.ts'
import type { UserState } from '../../src/domain/user-state.ts'
import type { Capability } from '../../src/protocol/capabilities.ts'
import { createFigures } from '../../src/session/figures/figures.ts'
import { makePresenceFeed } from '../../src/session/presence/presence-feed.ts'
import type { PresenceNews } from '../../src/session/presence/presence-news.ts'
import { PresenceOutlet } from '../../src/session/presence/presence-outlet.ts'
import { Registry } from '../../src/session/registry.ts'
import { type Reach, Session } from '../../src/session/session.ts'

/** That of the configuration's default. */
const WINDOW_MS = 50

const NOTHING: ReadonlySet<Capability> = new Set()
const sink = { isCongested: false, joinsFrames: true }

/** How many messages have left, for whomever. */
const left = { messages: 0, bytes: 0 }
const client = {
  updates(pieces: readonly Buffer[], updates: number): void {
    left.messages += updates
    for (const { length } of pieces) left.bytes += length
  },
  frame: () => undefined,
}
const { presence: figures } = createFigures()
const nothing = (): void => undefined

/** A connection without a socket: what is told goes its usual way up to where it would be written. */
class Ear implements Reach {
  readonly id = 0
  readonly address = ''
  readonly transport = 'tcp'
  readonly capabilities = NOTHING
  readonly client = ''
  readonly #outlet = new PresenceOutlet(sink, client, figures)
  readonly negotiate = nothing
  readonly send = nothing
  readonly sendFrame = nothing
  readonly sendFrames = nothing
  readonly passOn = nothing
  readonly tellRoom = nothing
  readonly fail = nothing
  readonly bind = nothing

  tellPresence(news: PresenceNews, own: number | undefined): void {
    this.#outlet.tell(news, own)
  }
}

export interface Stage {
  readonly ids: readonly UserId[]
  watch(at: number, users: readonly UserId[]): void
  /** A user becomes Busy, or Available again. */
  flip(at: number): void
  /** The window of the changes so far is over. */
  pass(): Promise<void>
  readonly left: { messages: number; bytes: number }
}

/** So many sessions, the real registry and the real feed. */
export function stage(size: number): Stage {
  const registry = new Registry()
  let end: (() => void) | undefined
  const feed = makePresenceFeed({
    registry,
    pause: () => new Promise((resolve) => (end = resolve)),
    figures,
    windowMs: WINDOW_MS,
    ended: new AbortController().signal,
  })
  const device = { client: '', transport: 'tcp', since: 0 }
  const sessions: Session[] = []
  for (let at = 0; at < size; at++) {
    const number = at.toString(16).padStart(12, '0')
    // As long as those that the server makes.
    const id = parseUserId(`5f0c2b7e-3a41-4d0e-9c55-${number}`)
    const session = parseSessionId(`s${number}`)
    if (id === undefined || session === undefined) throw new Error('no id')
    const made = new Session(
      { id: session, user: { id, username: `user ${at}` }, device },
      NOTHING,
      undefined,
    )
    made.endpoint = new Ear()
    registry.add(made)
    sessions.push(made)
  }
  const busy = new Set<number>()
  return {
    ids: sessions.map(({ user }) => user.id),
    left,
    watch(at, users) {
      const session = sessions[at]
      if (session !== undefined) registry.audience.watch(session, { users, rooms: [] })
    },
    flip(at) {
      const user = sessions[at]?.user
      if (user === undefined) return
      const [was, state]: [UserState, UserState] = busy.delete(at)
        ? ['Busy', 'Available']
        : ['Available', 'Busy']
      if (state === 'Busy') busy.add(at)
      feed.tell({ user, was, state })
    },
    async pass() {
      end?.()
      end = undefined
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}
