import { type Client, connect, RoomRtcError } from 'roomrtc-client'
import type { Messages } from 'roomrtc-client/messages'
import { historyOf } from 'roomrtc-client/history'
import { roomsOf, withSfu } from 'roomrtc-client/rooms'
import type { Action } from '../model/action.ts'
import type { State, Way } from '../model/state.ts'
import { type Credentials, enterAsGuest, type Refusal, register, takeToken } from '../server.ts'
import { type KeptEntry, keepEntry, readEntry } from './kept.ts'
import type { Store } from './store.ts'

/** From the door to the door: who is in, and how one gets in and out. */
export interface Session {
  readonly enter: (way: Way, credentials: Credentials) => Promise<void>
  /** With what this tab knows of an earlier visit, if it knows something. */
  readonly enterAgain: () => Promise<void>
  readonly leave: () => Promise<void>
  /** For requests by HTTP. */
  readonly token: () => string
  /** A new one in its place; undefined where nobody knows the password any more. */
  readonly renewToken: () => Promise<string | undefined>
}

interface Deps {
  readonly store: Store<State, Action>
  readonly server: URL
  readonly webSocketUrl: string
  /** Whether the server may have messages. */
  readonly hasMessages: boolean
  /** What is to be done for a client that is inside; what it gives ends that. */
  readonly follow: (client: Client, messages: Messages | undefined) => () => void
}

export function createSession({ store, server, webSocketUrl, hasMessages, follow }: Deps): Session {
  const { dispatch } = store
  /** Known until the tab is closed or loaded anew, so that a new token can be had when the old one is over. */
  let credentials: Credentials | undefined
  let inside: Client | undefined
  let unfollowInside: () => void = () => undefined

  return {
    async enter(way, given) {
      dispatch({ type: 'working' })
      const { username } = given
      if (way === 'register') {
        const made = await register(server, given)
        if (!made.ok) {
          refuse(made.refusal)
          return
        }
      }
      const isGuest = way === 'guest'
      const taken = isGuest ? await enterAsGuest(server, username) : await takeToken(server, given)
      if (!taken.ok) {
        refuse(taken.refusal)
        return
      }
      credentials = isGuest ? undefined : given
      await comeIn({ token: taken.value, username, isGuest })
    },

    async enterAgain() {
      const entry = readEntry()
      if (entry === undefined) return
      dispatch({ type: 'entering' })
      await comeIn(entry)
    },

    async leave() {
      const client = inside
      forget()
      await client?.logout().catch(() => undefined)
      await client?.close()
    },

    token: () => readEntry()?.token ?? '',

    async renewToken() {
      const entry = readEntry()
      if (entry === undefined || credentials === undefined) return undefined
      return tokenFor(entry, 'expired').catch(() => undefined)
    },
  }

  async function comeIn(entry: KeptEntry): Promise<void> {
    let client: Client | undefined
    try {
      // Without it one is inside all the same.
      const texts = hasMessages ? await import('roomrtc-client/messages').catch(() => undefined) : undefined
      client = await connect(webSocketUrl, {
        name: 'page of roomrtc-server',
        capabilities: texts === undefined ? withSfu : [...texts.withMessages, 'sfu'],
      })
      // Before the login, to miss neither an invitation nor a message, nor how many calls were missed.
      roomsOf(client)
      historyOf(client)
      const messages = texts?.messagesOf(client)
      const me = await client.login({ token: (why) => tokenFor(entry, why) })
      keepEntry(entry)
      dispatch({ type: 'inside', me, isGuest: entry.isGuest })
      accompany(client, entry, client.capabilities.includes('messages') ? messages : undefined)
    } catch (error) {
      await client?.close()
      const refusal = refusalOf(error)
      // One that is good for nothing any more would be refused at each visit.
      if (refusal.reason !== 'unreachable') keepEntry(undefined)
      refuse(refusal)
    }
  }

  async function tokenFor(entry: KeptEntry, why: 'login' | 'expired'): Promise<string> {
    if (why === 'login' || credentials === undefined) return entry.token
    const taken = await takeToken(server, credentials)
    if (!taken.ok) throw new Error(taken.refusal.reason)
    keepEntry({ ...entry, token: taken.value })
    return taken.value
  }

  function accompany(client: Client, entry: KeptEntry, messages: Messages | undefined): void {
    inside = client
    const unfollow = follow(client, messages)
    const off = client.on('state', (state) => {
      if (state.name !== 'signed-out' && state.name !== 'closed') {
        dispatch({ type: 'link', link: state })
        return
      }
      off()
      unfollow()
      // Whoever has left by the door is not told why.
      if (inside !== client) return
      inside = undefined
      void client.close()
      const reason = state.why.reason ?? state.why.code
      dispatch({
        type: 'outside',
        signedOut: { reason, username: entry.username, mayReturn: mayReturn(reason) },
      })
      if (!mayReturn(reason)) keepEntry(undefined)
    })
    unfollowInside = () => {
      off()
      unfollow()
    }
  }

  function forget(): void {
    inside = undefined
    credentials = undefined
    unfollowInside()
    keepEntry(undefined)
    dispatch({ type: 'outside', signedOut: undefined })
  }

  function refuse(refusal: Refusal): void {
    dispatch({ type: 'refused', refusal })
  }
}

/** Whether the same token lets one in again at the press of a button. */
function mayReturn(reason: string): boolean {
  return ['session_replaced', 'session_resumed', 'closed', 'unreachable'].includes(reason)
}

export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof RoomRtcError)) return { reason: 'internal', retryAfterMs: undefined }
  return { reason: error.reason ?? error.code, retryAfterMs: error.retryAfterMs }
}
