import type { Client } from 'roomrtc-client'
import type { Action } from '../model/action.ts'
import { refusalOf } from './session.ts'

/** So many changes in a moment as there may be: the list is drawn once for all of them. */
const TOGETHER_MS = 100
/** While somebody types, not each letter is a question. */
const TYPING_MS = 200
const MOST_FOUND = 50

export interface WatchedPeople {
  readonly search: (text: string) => void
  readonly end: () => void
}

/** Keeps the list on the screen as the client has it, and asks the server for who is not in it. */
export function watchPeople(client: Client, dispatch: (action: Action) => void): WatchedPeople {
  let telling: number | undefined
  let asking: number | undefined
  let question = new AbortController()
  const tell = (): void => {
    telling = undefined
    dispatch({ type: 'known', users: [...client.users] })
  }
  const off = client.users.on('change', () => {
    telling ??= window.setTimeout(tell, TOGETHER_MS)
  })
  tell()

  return {
    search(text) {
      window.clearTimeout(asking)
      question.abort()
      question = new AbortController()
      dispatch({ type: 'searching', text })
      if (text.trim() === '') return
      const { signal } = question
      asking = window.setTimeout(() => void ask(text, signal), TYPING_MS)
    },
    end() {
      off()
      question.abort()
      window.clearTimeout(telling)
      window.clearTimeout(asking)
    },
  }

  async function ask(text: string, signal: AbortSignal): Promise<void> {
    try {
      const { users, more } = await client.users.search(
        { startsWith: text.trim(), limit: MOST_FOUND },
        { signal },
      )
      dispatch({ type: 'found', text, users, more })
    } catch (error) {
      if (!signal.aborted) dispatch({ type: 'not_found', text, reason: refusalOf(error).reason })
    }
  }
}
