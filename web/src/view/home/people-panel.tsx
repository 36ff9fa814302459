import { useState } from 'preact/hooks'
import { type People, shownPeople } from '../../model/people.ts'
import { useApp, useTongue } from '../context.ts'
import { Icon } from '../parts/icon.tsx'
import { IconButton } from '../parts/icon-button.tsx'
import { PersonRow } from './person-row.tsx'

export function PeoplePanel({ people }: { readonly people: People }) {
  const { t, compare } = useTongue()
  const { users, more } = shownPeople(people, compare)
  const online = people.known.filter(({ state }) => state !== 'Disconnected').length
  const { search } = people
  const isEmpty = users.length === 0
  return (
    <section class="panel people" id="people" tabIndex={-1} aria-labelledby="people-title">
      <header class="panel-head">
        <h2 id="people-title">{t.home.people}</h2>
        <p role="status" class="muted">
          {search.name === 'asking' ? t.home.searching : t.home.countOnline(online)}
        </p>
      </header>
      <SearchBox />
      {search.name === 'failed' && <p class="fault">{t.home.searchFailed}</p>}
      {isEmpty && search.name === 'none' && (
        <div class="empty">
          <Icon name="people" />
          <h3>{t.home.emptyTitle}</h3>
          <p>{t.home.emptyText}</p>
        </div>
      )}
      {isEmpty && search.name === 'found' && (
        <p class="empty" role="status">
          {t.home.nobodyFound(search.text)}
        </p>
      )}
      <ul class="rows" aria-labelledby="people-title">
        {users.map((user) => (
          <PersonRow key={user.id} user={user} />
        ))}
      </ul>
      {more && <p class="muted more">{t.home.more}</p>}
    </section>
  )
}

function SearchBox() {
  const app = useApp()
  const { t } = useTongue()
  const [text, setText] = useState('')
  const search = (next: string): void => {
    setText(next)
    app.search(next)
  }
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input
        type="search"
        aria-label={t.home.search}
        placeholder={t.home.searchPlaceholder}
        autocomplete="off"
        spellcheck={false}
        maxLength={64}
        value={text}
        onInput={(event) => {
          search(event.currentTarget.value)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') search('')
        }}
      />
      {text !== '' && (
        <IconButton
          icon="close"
          label={t.home.clearSearch}
          onClick={() => {
            search('')
          }}
        />
      )}
    </div>
  )
}
