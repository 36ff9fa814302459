import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { App } from '../engine/app.ts'
import type { Tongue } from '../i18n/language.ts'
import type { State } from '../model/state.ts'

interface Surroundings {
  readonly app: App
  readonly tongue: Tongue
}

export const Surrounding = createContext<Surroundings | undefined>(undefined)

function useSurroundings(): Surroundings {
  const surroundings = useContext(Surrounding)
  if (surroundings === undefined) throw new Error('This view stands outside of the page')
  return surroundings
}

/** What a person can do. */
export function useApp(): App {
  return useSurroundings().app
}

/** How it is written. */
export function useTongue(): Tongue {
  return useSurroundings().tongue
}

/** What is on the screen, drawn anew when that changes. */
export function useAppState(app: App): State {
  const [state, setState] = useState(app.store.state)
  useEffect(() => {
    setState(app.store.state())
    return app.store.subscribe(() => {
      setState(app.store.state())
    })
  }, [app])
  return state
}
