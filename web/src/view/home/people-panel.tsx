import { type People, shownPeople } from '../../model/people.ts'
import type { MessagesState } from '../../model/state.ts'
import { useTongue } from '../context.ts'
import { Icon } from '../parts/icon.tsx'
import { LongList } from './later-long-list.ts'
import { SearchBox } from '../parts/search-box.tsx'
import { PersonRow } from './person-row.tsx'

interface Props {
  readonly people: People
  readonly messages: MessagesState | undefined
}

export function PeoplePanel({ people, messages }: Props) {
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
          {search.name === 'asking' ? t.home.searching : !people.isLong && t.home.countOnline(online)}
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
          <PersonRow key={user.id} user={user} messages={messages} />
        ))}
      </ul>
      {more && <p class="muted more">{t.home.more}</p>}
      {people.isLong && <LongList />}
    </section>
  )
}
