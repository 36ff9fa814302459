import type { User } from 'roomrtc-client'
import { useState } from 'preact/hooks'
import { linkTo } from '../../engine/rooms/room-hash.ts'
import { type People, shownPeople } from '../../model/people.ts'
import type { RoomView } from '../../model/room-view.ts'
import { useApp, useTongue } from '../context.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { Modal } from '../parts/modal.tsx'
import { PickRow } from '../parts/pick-row.tsx'
import { LongList } from '../home/later-long-list.ts'
import { SearchBox } from '../parts/search-box.tsx'
import { CopyLink } from './copy-link.tsx'

interface Props {
  readonly room: RoomView
  readonly people: People
  readonly onClose: () => void
}

/** The link to the room, and everybody who is here to be asked in. */
export function AskDialog({ room, people, onClose }: Props) {
  const { t, compare } = useTongue()
  const inside = new Set(room.members.map(({ id }) => id))
  const { users } = shownPeople(people, compare)
  const others = users.filter(({ id, state }) => state !== 'Disconnected' && !inside.has(id))
  return (
    <Modal class="ask" labelledBy="ask-title" onEscape={onClose}>
      <header class="modal-head">
        <h2 id="ask-title">{t.rooms.askTitle}</h2>
        <IconButton icon="close" label={t.close} onClick={onClose} />
      </header>
      <div class="ask-body">
        <div class="field">
          <label for="room-link">{t.rooms.link}</label>
          <input
            id="room-link"
            type="text"
            readOnly
            value={linkTo(room.id)}
            aria-describedby="room-link-hint"
            onFocus={(event) => {
              event.currentTarget.select()
            }}
          />
          <p class="hint" id="room-link-hint">
            {room.inviteOnly ? t.rooms.linkHintInvited : t.rooms.linkHint}
          </p>
        </div>
        <div class="ask-copy">
          <CopyLink room={room.id} />
        </div>
        <SearchBox />
        {others.length === 0 && <p class="muted">{t.rooms.nobodyToAsk}</p>}
        <ul class="rows" aria-labelledby="ask-title">
          {others.map((user) => (
            <AskRow key={user.id} user={user} />
          ))}
        </ul>
        {people.isLong && <LongList />}
      </div>
    </Modal>
  )
}

function AskRow({ user }: { readonly user: User }) {
  const app = useApp()
  const { t } = useTongue()
  const [isAsked, setAsked] = useState(false)
  return (
    <PickRow
      user={user}
      state={isAsked ? t.rooms.asked : user.state === 'Busy' ? t.home.busy : t.home.online}
      icon="addPerson"
      label={t.rooms.askPerson(user.username)}
      onPick={() => {
        app.rooming()?.invite(user)
        setAsked(true)
      }}
    />
  )
}
