import { useEffect, useState } from 'preact/hooks'
import type { App } from '../engine/app.ts'
import { loadTongue, type Tongue } from '../i18n/language.ts'
import { languageOf } from '../model/preferences.ts'
import { Surrounding, useAppState } from './context.ts'
import { Door } from './door.tsx'
import { Entering } from './entering.tsx'
import { Inside } from './inside.tsx'
import { SettingsDialog } from './later-views.ts'

interface Props {
  readonly app: App
  /** In which it begins. */
  readonly first: Tongue
  readonly onTongue: (tongue: Tongue) => void
}

/** All of it. */
export function Page({ app, first, onTongue }: Props) {
  const state = useAppState(app)
  const { screen, preferences } = state
  const [tongue, setTongue] = useState(first)
  const wanted = languageOf(preferences, navigator.languages)
  useEffect(() => {
    if (wanted === tongue.language) return
    loadTongue(wanted).then(
      (loaded) => {
        onTongue(loaded)
        setTongue(loaded)
      },
      // The server is not there: it stays as it is.
      () => undefined,
    )
  }, [wanted, tongue, onTongue])
  useEffect(() => {
    document.documentElement.dataset['theme'] = preferences.theme
  }, [preferences.theme])

  return (
    <Surrounding.Provider value={{ app, tongue }}>
      {screen.name === 'outside' && <Door door={screen} preferences={preferences} />}
      {screen.name === 'entering' && <Entering />}
      {screen.name === 'inside' && <Inside inside={screen} />}
      {state.isSettingsOpen && <SettingsDialog preferences={preferences} screen={screen} />}
    </Surrounding.Provider>
  )
}
