import { type People, shownPeople } from '../../model/people.ts'
import type { CallView } from '../../model/call-view.ts'
import { useApp, useTongue } from '../context.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { callIcons } from './call-icons.ts'
import { Modal } from '../parts/modal.tsx'
import { PickRow } from '../parts/pick-row.tsx'
import { LongList } from '../home/later-long-list.ts'
import { SearchBox } from '../parts/search-box.tsx'

interface Props {
  readonly call: CallView
  readonly me: string
  readonly people: People
  readonly onClose: () => void
}

/** Those to whom the other one can be handed over. */
export function TransferDialog({ call, me, people, onClose }: Props) {
  const app = useApp()
  const { t, compare } = useTongue()
  const { username, id: peer } = call.peer
  const { users } = shownPeople(people, compare)
  const others = users.filter(({ id, state }) => state === 'Available' && id !== me && id !== peer)
  return (
    <Modal class="ask" labelledBy="transfer-title" onEscape={onClose}>
      <header class="modal-head">
        <h2 id="transfer-title">{t.transfer.title(username)}</h2>
        <IconButton icon="close" label={t.close} onClick={onClose} />
      </header>
      <div class="ask-body">
        <p class="hint">{t.transfer.hint}</p>
        <SearchBox />
        {others.length === 0 && <p class="muted">{t.transfer.nobody}</p>}
        <ul class="rows" aria-labelledby="transfer-title">
          {others.map((user) => (
            <PickRow
              key={user.id}
              user={user}
              state={t.home.online}
              icon={callIcons.transfer}
              label={t.transfer.to(user.username)}
              onPick={() => {
                app.calling()?.transfer(user)
                onClose()
              }}
            />
          ))}
        </ul>
        {people.isLong && <LongList />}
      </div>
    </Modal>
  )
}
