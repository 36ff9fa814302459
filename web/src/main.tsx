import { render } from 'preact'
import { createApp } from './engine/app.ts'
import { loadTongue, type Tongue } from './i18n/language.ts'
import { languageOf } from './model/preferences.ts'
import { readSettings } from './settings.ts'
import './style/base.css'
import './style/parts.css'
import './style/door.css'
import './style/home.css'
import { Page } from './view/app.tsx'

let tongue: Tongue | undefined
const app = createApp(readSettings(), {
  ofCall(username, kind) {
    const call = tongue?.t.call
    const body = kind === 'video' ? call?.incomingVideo : call?.incomingVoice
    return { title: `${username} ${call?.ringingIn ?? ''}`, body: body ?? '' }
  },
  ofInvitation: (username, room) => ({ title: tongue?.t.rooms.invited(username, room) ?? '', body: '' }),
})
const { preferences } = app.store.state()
document.documentElement.dataset['theme'] = preferences.theme
const first = await loadTongue(languageOf(preferences, navigator.languages))
speak(first)
app.enterAgain()
const place = document.getElementById('app')
if (place !== null) render(<Page app={app} first={first} onTongue={speak} />, place)

function speak(chosen: Tongue): void {
  tongue = chosen
  document.documentElement.lang = chosen.language
}
