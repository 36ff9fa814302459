import type { User } from 'roomrtc-client'
import type { Action } from '../../../web/src/model/action.ts'
import { defaultPreferences } from '../../../web/src/model/preferences.ts'
import { initialState, reduce } from '../../../web/src/model/reduce.ts'
import type { Inside, State } from '../../../web/src/model/state.ts'

export function someUser(username: string, state: User['state'] = 'Available'): User {
  return { id: `id of ${username}`, username, state }
}

export const me = someUser('me')

/** What is on the screen after all of these. */
export function after(...actions: readonly Action[]): State {
  return actions.reduce(reduce, initialState(defaultPreferences))
}

/** The same for who is signed in. */
export function insideAfter(...actions: readonly Action[]): Inside {
  const { screen } = after({ type: 'inside', me, isGuest: false }, ...actions)
  if (screen.name !== 'inside') throw new Error(`This is ${screen.name}`)
  return screen
}
