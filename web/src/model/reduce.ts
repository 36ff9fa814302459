import type { Action, InsideAction } from './action.ts'
import { beginning } from './call-view.ts'
import { withNotice } from './notices.ts'
import { withHistory, withPast } from './past-calls.ts'
import { nobody, withKnown } from './people.ts'
import type { Preferences } from './preferences.ts'
import { reduceCall } from './reduce-call.ts'
import { noRooms, reduceRooms } from './reduce-rooms.ts'
import type { Inside, Outside, Screen, State } from './state.ts'

export function initialState(preferences: Preferences): State {
  return { screen: outside, preferences, isSettingsOpen: false }
}

const outside: Outside = {
  name: 'outside',
  way: 'login',
  isWorking: false,
  refusal: undefined,
  signedOut: undefined,
}

/** What is on the screen after something has happened. Where it cannot have happened, nothing changes. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'preferences':
      return { ...state, preferences: action.preferences }
    case 'settings':
      return { ...state, isSettingsOpen: action.isOpen }
    case 'way':
      return atDoor(state, { way: action.way, refusal: undefined })
    case 'working':
      return atDoor(state, { isWorking: true, refusal: undefined })
    case 'refused':
      return atDoor(state.screen.name === 'outside' ? state : goTo(state, outside), {
        isWorking: false,
        refusal: action.refusal,
      })
    case 'entering':
      return goTo(state, { name: 'entering' })
    case 'outside':
      return { ...goTo(state, { ...outside, signedOut: action.signedOut }), isSettingsOpen: false }
    case 'inside':
      return goTo(state, comeIn(action))
    case 'link':
    case 'known':
    case 'searching':
    case 'found':
    case 'not_found':
    case 'notice':
    case 'notice_closed':
    case 'call':
    case 'call_over':
    case 'elsewhere':
    case 'call_missed':
    case 'history':
    case 'call_phase':
    case 'call_own':
    case 'call_remote':
    case 'call_link':
    case 'call_quality':
    case 'call_sharing':
    case 'call_transfer':
    case 'rooms':
    case 'room':
    case 'speaking':
    case 'invited':
    case 'invitation_over':
    case 'messages':
    case 'talk':
      return state.screen.name === 'inside' ? goTo(state, reduceInside(state.screen, action)) : state
  }
}

function goTo(state: State, screen: Screen): State {
  return screen === state.screen ? state : { ...state, screen }
}

function atDoor(state: State, change: Partial<Outside>): State {
  return state.screen.name === 'outside' ? goTo(state, { ...state.screen, ...change }) : state
}

function comeIn({ me, isGuest }: Pick<Inside, 'me' | 'isGuest'>): Inside {
  return {
    name: 'inside',
    me,
    isGuest,
    link: { name: 'online' },
    people: nobody,
    call: undefined,
    elsewhere: undefined,
    past: [],
    rooms: noRooms,
    messages: undefined,
    notices: [],
  }
}

function reduceInside(inside: Inside, action: InsideAction): Inside {
  const { people } = inside
  switch (action.type) {
    case 'link':
      return { ...inside, link: action.link }
    case 'known':
      return {
        ...inside,
        people: withKnown(
          people,
          action.users.filter(({ id }) => id !== inside.me.id),
        ),
      }
    case 'searching':
      return { ...inside, people: { ...people, search: beginSearch(people.search, action.text) } }
    case 'found': {
      if (!isAskedFor(inside, action.text)) return inside
      const users = action.users.filter(({ id }) => id !== inside.me.id)
      const search = { name: 'found', text: action.text, users, more: action.more } as const
      return { ...inside, people: { ...people, search } }
    }
    case 'not_found': {
      if (!isAskedFor(inside, action.text)) return inside
      const search = { name: 'failed', text: action.text, reason: action.reason } as const
      return { ...inside, people: { ...people, search } }
    }
    case 'notice':
      return { ...inside, notices: withNotice(inside.notices, action) }
    case 'notice_closed':
      return { ...inside, notices: inside.notices.filter(({ id }) => id !== action.id) }
    case 'call':
      return {
        ...inside,
        call: beginning(action.peer, action.kind, action.role, action.phase),
        // How the one before ended is of no interest any more.
        notices: inside.notices.filter(({ what }) => what.name !== 'call_over'),
      }
    case 'elsewhere':
      return { ...inside, elsewhere: action.device }
    case 'call_over':
      return {
        ...inside,
        call: undefined,
        past: action.past === undefined ? inside.past : withPast(inside.past, action.past),
      }
    case 'call_missed':
      return { ...inside, past: withPast(inside.past, action.past) }
    case 'history':
      return { ...inside, past: withHistory(inside.past, action.past) }
    case 'call_phase':
    case 'call_own':
    case 'call_remote':
    case 'call_link':
    case 'call_quality':
    case 'call_sharing':
    case 'call_transfer':
      return inside.call === undefined ? inside : { ...inside, call: reduceCall(inside.call, action) }
    case 'room': {
      const notices = inside.rooms.room === undefined ? withoutEnds(inside.notices) : inside.notices
      const { messages } = inside
      const isOver = action.room === undefined && messages?.open?.kind === 'room'
      return {
        ...{ ...inside, notices, rooms: reduceRooms(inside.rooms, action) },
        messages: messages && { ...messages, open: isOver ? undefined : messages.open },
      }
    }
    case 'rooms':
    case 'speaking':
    case 'invited':
    case 'invitation_over':
      return { ...inside, rooms: reduceRooms(inside.rooms, action) }
    case 'messages':
      return { ...inside, messages: { open: inside.messages?.open, unread: action.unread } }
    case 'talk':
      return inside.messages === undefined
        ? inside
        : { ...inside, messages: { ...inside.messages, open: action.other } }
  }
}

/** Who enters a room is not interested any more in how what was before ended. */
function withoutEnds(notices: Inside['notices']): Inside['notices'] {
  return notices.filter(({ what }) => !['room_over', 'room_refused', 'call_over'].includes(what.name))
}

function beginSearch(before: Inside['people']['search'], text: string): Inside['people']['search'] {
  if (text.trim() === '') return { name: 'none' }
  // What was found last stays to be seen until there is an answer.
  return before.name === 'found' ? { ...before, text } : { name: 'asking', text }
}

/** An answer that comes after the text was changed is of no use any more. */
function isAskedFor({ people: { search } }: Inside, text: string): boolean {
  return search.name !== 'none' && search.text === text
}
