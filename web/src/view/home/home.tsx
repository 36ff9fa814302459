import type { Inside } from '../../model/state.ts'
import { useApp, useTongue } from '../context.ts'
import { Avatar } from '../parts/avatar.tsx'
import { ConversationsPanel, RoomsPanel } from '../later-views.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { PeoplePanel } from './people-panel.tsx'
import { RecentCalls } from './recent-calls.tsx'

/** Who is there, and what has been. */
export function Home({ inside }: { readonly inside: Inside }) {
  const app = useApp()
  const { t } = useTongue()
  const { me, isGuest, messages, people, past, rooms } = inside
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
        <PeoplePanel people={people} messages={messages} />
        <div class="home-side">
          <div class="welcome">
            <h2>{t.home.welcome(me.username)}</h2>
            <p>{t.home.welcomeText}</p>
          </div>
          {messages !== undefined && <ConversationsPanel messages={messages} />}
          {rooms.list !== undefined && <RoomsPanel list={rooms.list} username={me.username} />}
          <RecentCalls past={past} />
        </div>
      </main>
    </div>
  )
}
