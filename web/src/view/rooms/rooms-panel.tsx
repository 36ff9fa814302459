import type { ListedRoom } from 'roomrtc-client/rooms'
import { useEffect, useState } from 'preact/hooks'
import type { CallKind } from '../../model/call-view.ts'
import { roomIdOf, type RoomList } from '../../model/room-view.ts'
import '../../style/rooms.css'
import { useApp, useTongue } from '../context.ts'
import { Field } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { IconButton } from '../parts/icon-button.tsx'

interface Props {
  readonly list: NonNullable<RoomList>
  /** Of who is here. */
  readonly username: string
}

/** While the list is looked at. */
const ANEW_MS = 10_000

/** Which rooms there are, and the way into them. */
export function RoomsPanel({ list: { rooms, more }, username }: Props) {
  const app = useApp()
  const { t } = useTongue()
  const [name, setName] = useState('')
  const [nickname, setNickname] = useState(app.store.state().preferences.nickname)
  useEffect(() => {
    const timer = window.setInterval(() => {
      if (!document.hidden) void app.rooming()?.look()
    }, ANEW_MS)
    return () => {
      window.clearInterval(timer)
    }
  }, [app])
  const enter = (id: string, kind: CallKind): void => {
    if (id === '') return
    app.prefer({ nickname: nickname.trim() })
    const called = nickname.trim() === '' ? username : nickname.trim()
    void app.rooming()?.enter({ id, nickname: called, kind, invite: undefined })
  }
  return (
    <section class="panel rooms" aria-labelledby="rooms-title">
      <header class="panel-head">
        <h2 id="rooms-title">{t.rooms.title}</h2>
        <p class="muted">{t.rooms.about}</p>
      </header>
      <form
        class="rooms-form"
        onSubmit={(event) => {
          event.preventDefault()
          enter(roomIdOf(name), 'video')
        }}
      >
        <Field
          label={t.rooms.name}
          hint={t.rooms.nameHint}
          name="room"
          autocomplete="off"
          value={name}
          onText={setName}
        />
        <Field
          label={t.rooms.nickname}
          name="nickname"
          autocomplete="nickname"
          value={nickname}
          placeholder={username}
          maxLength={64}
          isOptional
          onText={setNickname}
        />
        <div class="rooms-ways">
          <button type="submit" class="button button-main">
            <Icon name="camera" />
            {t.rooms.enter}
          </button>
          <button
            type="button"
            class="link"
            onClick={(event) => {
              if (event.currentTarget.form?.reportValidity() === true) enter(roomIdOf(name), 'voice')
            }}
          >
            {t.rooms.enterVoice}
          </button>
        </div>
      </form>
      {rooms.length === 0 ? (
        <p class="muted">{t.rooms.none}</p>
      ) : (
        <ul class="rows" aria-labelledby="rooms-title">
          {rooms.map((room) => (
            <RoomRow key={room.id} room={room} onEnter={enter} />
          ))}
        </ul>
      )}
      {more && <p class="muted more">{t.rooms.more}</p>}
    </section>
  )
}

interface RowProps {
  readonly room: ListedRoom
  readonly onEnter: (id: string, kind: CallKind) => void
}

function RoomRow({ room: { id, name, members, maxMembers, inviteOnly }, onEnter }: RowProps) {
  const { t } = useTongue()
  const isFull = members >= maxMembers
  const about = [t.rooms.count(members, maxMembers), ...(inviteOnly ? [t.rooms.inviteOnly] : [])]
  return (
    <li class="row">
      <span class="way">
        <Icon name="people" />
      </span>
      <span class="row-text">
        <span class="row-name">{name}</span>
        <span class="row-state">{[...about, ...(isFull ? [t.rooms.full] : [])].join(' · ')}</span>
      </span>
      {!isFull && (
        <span class="row-actions">
          <IconButton
            icon="phone"
            label={t.rooms.enterRoomVoice(name)}
            onClick={() => {
              onEnter(id, 'voice')
            }}
          />
          <IconButton
            icon="camera"
            class="icon-button-main"
            label={t.rooms.enterRoom(name)}
            onClick={() => {
              onEnter(id, 'video')
            }}
          />
        </span>
      )}
    </li>
  )
}
