import type { Client, Person } from 'roomrtc-client'
import type { Device } from 'roomrtc-client/devices'
import type { Messages } from 'roomrtc-client/messages'
import type { Action } from '../model/action.ts'
import { type CallKind, kindOf } from '../model/call-view.ts'
import type { News } from '../model/notices.ts'
import { isLasting } from '../model/notices.ts'
import type { PastCall } from '../model/past-calls.ts'
import { type Preferences, readPreferences } from '../model/preferences.ts'
import { initialState, reduce } from '../model/reduce.ts'
import type { State, Way } from '../model/state.ts'
import { type Credentials, type Refusal } from '../server.ts'
import { type Settings, serverUrl, webSocketUrl } from '../settings.ts'
import { loadMediaSoon } from './bound-media.ts'
import { type Calling, createCalling } from './calling.ts'
import { keepPreferences, readKeptPreferences, readRoomEntry } from './kept.ts'
import type { Messaging } from './messages/messaging.ts'
import { watchMessages, type WatchedMessages } from './messages/watch-messages.ts'
import { createMyDevices, type MyDevices } from './my-devices.ts'
import { createNotifications } from './notifications.ts'
import { createRinging } from './ringing.ts'
import { roomOfAddress, watchAddress } from './rooms/room-hash.ts'
import { createRooming, type Rooming } from './rooms/rooming.ts'
import { createSession, refusalOf } from './session.ts'
import { createStore, type Store } from './store.ts'
import { watchHistory } from './watch-history.ts'
import { watchPeople, type WatchedPeople } from './watch-people.ts'

/** The page without its views: what is on the screen, and what a person can do. */
export interface App {
  readonly store: Store<State, Action>
  readonly settings: Settings
  readonly enter: (way: Way, credentials: Credentials) => void
  readonly enterAgain: () => void
  readonly leave: () => void
  readonly search: (text: string) => void
  readonly place: (peer: Person, kind: CallKind) => void
  /** Undefined where nobody is signed in. */
  readonly calling: () => Calling | undefined
  readonly rooming: () => Rooming | undefined
  readonly devices: () => MyDevices | undefined
  /** Undefined where there are no messages, and until what they take is loaded. */
  readonly messaging: () => Messaging | undefined
  readonly client: () => Client | undefined
  /** The call of another device of the same user goes on here. */
  readonly takeCall: (device: Device) => void
  readonly prefer: (change: Partial<Preferences>) => void
  readonly changePassword: (present: string, next: string) => Promise<Refusal | undefined>
  /** Tells how it is now, and each change; what it gives ends that. */
  readonly watchDoNotDisturb: (told: (on: boolean) => void) => () => void
  readonly setDoNotDisturb: (on: boolean) => Promise<Refusal | undefined>
  readonly deleteAccount: (password: string) => Promise<Refusal | undefined>
}

interface SystemText {
  readonly title: string
  readonly body: string
}

/** Texts for the system, which are in the language of the moment. */
export interface SystemTexts {
  readonly ofCall: (username: string, kind: CallKind) => SystemText
  readonly ofInvitation: (username: string, room: string) => SystemText
}

const NOTICE_MS = 8000

export function createApp(settings: Settings, texts: SystemTexts): App {
  const store = createStore(reduce, initialState(readPreferences(readKeptPreferences())))
  const { dispatch } = store
  const server = serverUrl()
  const ringing = createRinging()
  const notifications = createNotifications()
  const preferences = (): Preferences => store.state().preferences
  let lastId = 0
  let inside:
    | {
        readonly client: Client
        readonly calling: Calling
        readonly rooming: Rooming
        readonly people: WatchedPeople
        readonly devices: MyDevices
        readonly messaging: WatchedMessages | undefined
      }
    | undefined

  // The page that is loaded anew cannot go on with the call: the other one need not wait for that.
  window.addEventListener('pagehide', ({ persisted }) => {
    if (persisted) return
    inside?.calling.hangUp()
    inside?.rooming.end()
  })
  const session = createSession({
    ...{ store, server, webSocketUrl: webSocketUrl(server, settings), follow },
    hasMessages: settings.messages,
  })

  return {
    store,
    settings,
    enter: (way, credentials) => void session.enter(way, credentials),
    enterAgain: () => void session.enterAgain(),
    leave() {
      inside?.rooming.leave()
      void session.leave()
    },
    search: (text) => inside?.people.search(text),
    place: (peer, kind) => void inside?.calling.place(peer, kind),
    calling: () => inside?.calling,
    rooming: () => inside?.rooming,
    devices: () => inside?.devices,
    messaging: () => inside?.messaging?.now(),
    client: () => inside?.client,
    takeCall(device) {
      const here = inside
      void here?.devices.takeCall(device).then((call) => {
        if (call !== undefined) here.calling.goOn(call)
      })
    },
    prefer(change) {
      const before = preferences()
      const after = { ...before, ...change }
      keepPreferences(after)
      dispatch({ type: 'preferences', preferences: after })
      if (change.devices === undefined) return
      void inside?.calling.takeDevices(change.devices)
      void inside?.rooming.takeDevices(change.devices)
    },
    async changePassword(present, next) {
      const refusal = await asked(inside?.client.changePassword({ present, next }))
      if (refusal === undefined) tell({ name: 'password_changed' })
      return refusal
    },
    watchDoNotDisturb(told) {
      told(inside?.client.doNotDisturb === true)
      return inside?.client.on('doNotDisturb', told) ?? (() => undefined)
    },
    setDoNotDisturb: (on) => asked(inside?.client.setDoNotDisturb(on)),
    async deleteAccount(password) {
      const refusal = await asked(inside?.client.deleteAccount({ password }))
      if (refusal === undefined) await session.leave()
      return refusal
    },
  }

  function follow(client: Client, messages: Messages | undefined): () => void {
    loadMediaSoon()
    const calling = createCalling({
      client,
      dispatch,
      tell,
      devices: () => preferences().devices,
      play: (tone) => {
        ringing.play(preferences().ringTones ? tone : undefined)
      },
      playEnd: () => {
        if (preferences().ringTones) ringing.playEnd()
      },
      tellOfCall(call) {
        if (call === undefined) notifications.close()
        else if (preferences().notifications) {
          const { title, body } = texts.ofCall(call.peer.username, callKind())
          notifications.show(title, body)
        }
      },
      newId: () => ++lastId,
      elsewhere: () => {
        devices.look()
      },
    })
    const devices = createMyDevices({ client, dispatch })
    const rooming = createRooming({
      ...{ client, dispatch, tell, devices: () => preferences().devices },
      tellOfInvitation(invitation) {
        if (invitation === undefined) notifications.close()
        else if (preferences().notifications) {
          const { title, body } = texts.ofInvitation(invitation.from.username, invitation.room.name)
          notifications.show(title, body)
        }
      },
    })
    const people = watchPeople(client, dispatch)
    const messaging = messages && watchMessages({ client, messages, store, tell, server, session })
    inside = { client, calling, rooming, people, devices, messaging }
    const enterByAddress = (id: string): void => {
      const kept = readRoomEntry(id)
      void rooming.enter(kept ?? { id, nickname: nickname(), kind: 'video', invite: undefined })
    }
    const room = roomOfAddress()
    if (room !== undefined) enterByAddress(room)
    const offs = [
      watchAddress(enterByAddress),
      client.on('loss', ({ call, unsent, reason }) => {
        tell({ name: 'lost', callWith: call?.peer.username, unsent, reason })
      }),
      watchHistory({ ...{ client, dispatch, tell, past }, newId: () => ++lastId }),
      client.on('missed', ({ id, from }) => {
        dispatch({ type: 'call_missed', past: missedBy(id, from) })
        tell({ name: 'missed', username: from.username })
      }),
      client.on('goaway', () => {
        tell({ name: 'server_restarts' })
      }),
      client.on('refusal', (error) => {
        tell({ name: 'refused', reason: refusalOf(error).reason })
      }),
    ]
    return () => {
      inside = undefined
      for (const off of offs) off()
      people.end()
      messaging?.end()
      devices.end()
      calling.end()
      rooming.end()
    }
  }

  /** By which others know one in a room. */
  function nickname(): string {
    const { screen } = store.state()
    return preferences().nickname || (screen.name === 'inside' ? screen.me.username : '')
  }

  function past(): readonly PastCall[] {
    const { screen } = store.state()
    return screen.name === 'inside' ? screen.past : []
  }

  function missedBy(callId: string, peer: Person): PastCall {
    const [id, kind] = [++lastId, kindOf(undefined)]
    return { id, callId, peer, role: 'callee', kind, at: Date.now(), durationMs: 0, outcome: 'missed' }
  }

  function callKind(): CallKind {
    const { screen } = store.state()
    return screen.name === 'inside' ? (screen.call?.kind ?? 'video') : 'video'
  }

  function tell(what: News): void {
    const id = ++lastId
    dispatch({ type: 'notice', id, what })
    if (isLasting(what)) return
    window.setTimeout(() => {
      dispatch({ type: 'notice_closed', id })
    }, NOTICE_MS)
  }
}

async function asked(answer: Promise<void> | undefined): Promise<Refusal | undefined> {
  try {
    await answer
    return undefined
  } catch (error) {
    return refusalOf(error)
  }
}
