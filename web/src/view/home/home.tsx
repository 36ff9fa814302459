import type { Inside } from '../../model/state.ts'
import { useApp, useTongue } from '../context.ts'
import { Avatar } from '../parts/avatar.tsx'
import { IconButton } from '../parts/icon-button.tsx'
import { PeoplePanel } from './people-panel.tsx'
import { RecentCalls } from './recent-calls.tsx'

/** Who is there, and what has been. */
export function Home({ inside }: { readonly inside: Inside }) {
  const app = useApp()
  const { t } = useTongue()
  const { me, isGuest, people, past } = inside
  return (
    <div class="home">
      <a class="skip" href="#people">
        {t.home.skip}
      </a>
      <header class="home-head">
        <Avatar name={me.username} />
        <div class="who">
          <h1>{me.username}</h1>
          {isGuest && <span class="tag">{t.home.guestMark}</span>}
        </div>
        <IconButton
          icon="sliders"
          label={t.home.settings}
          onClick={() => {
            app.store.dispatch({ type: 'settings', isOpen: true })
          }}
        />
        <IconButton icon="leave" label={t.home.signOut} onClick={app.leave} />
      </header>
      <main class="home-main">
        <PeoplePanel people={people} />
        <RecentCalls me={me} past={past} />
      </main>
    </div>
  )
}
