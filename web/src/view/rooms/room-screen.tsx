import { useEffect, useRef, useState } from 'preact/hooks'
import type { People } from '../../model/people.ts'
import type { MessagesState } from '../../model/state.ts'
import { columnsFor, type RoomView } from '../../model/room-view.ts'
import { FullScreenButton } from '../call/full-screen.tsx'
import { useTongue } from '../context.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { TalkButton } from '../parts/talk-button.tsx'
import '../../style/call.css'
import '../../style/room.css'
import { Alone } from './alone.tsx'
import { AskDialog } from './ask-dialog.tsx'
import { CloseDialog } from './close-dialog.tsx'
import { RoomControls } from './room-controls.tsx'
import { MemberTile, OwnTile } from './tile.tsx'
import { callIcons } from '../call/call-icons.ts'

interface Props {
  readonly room: RoomView
  readonly speaking: ReadonlySet<string>
  readonly me: string
  readonly people: People
  readonly messages: MessagesState | undefined
}

/** A call of many. */
export function RoomScreen({ room, speaking, me, people, messages }: Props) {
  const { t } = useTongue()
  const { name, members, maxMembers, own, news } = room
  const screen = useRef<HTMLElement>(null)
  const [dialog, setDialog] = useState<'ask' | 'close'>()
  const done = (): void => {
    setDialog(undefined)
  }
  useEffect(() => {
    screen.current?.focus()
  }, [])
  const columns = columnsFor(members.length + 1)
  return (
    <>
      <main class="call room" ref={screen} tabIndex={-1} aria-label={t.rooms.in(name)}>
        <header class="call-head">
          <div class="call-who">
            <h1>{name}</h1>
            {own !== undefined && <p class="muted">{t.rooms.count(members.length + 1, maxMembers)}</p>}
          </div>
          {own !== undefined && messages !== undefined && (
            <TalkButton messages={messages} other={{ kind: 'room', id: room.id, name }} />
          )}
          {own !== undefined && (
            <IconButton
              icon="addPerson"
              label={t.rooms.ask}
              onClick={() => {
                setDialog('ask')
              }}
            />
          )}
          {room.isOwner && (
            <IconButton
              icon={callIcons.closeRoom}
              label={t.rooms.close}
              onClick={() => {
                setDialog('close')
              }}
            />
          )}
          <FullScreenButton />
        </header>
        {own === undefined ? (
          <p class="room-wait" role="status">
            <span class="spinner" aria-hidden="true" />
            {t.rooms.entering}
          </p>
        ) : (
          <div class="room-body">
            <ul
              class={`tiles columns-${columns} ${members.length === 1 ? 'is-pair' : ''}`}
              aria-label={t.rooms.members}
            >
              <OwnTile own={own} media={room.ownMedia} isSpeaking={speaking.has(me) && !own.audioMuted} />
              {members.map((member) => (
                <MemberTile
                  key={member.id}
                  member={member}
                  isSpeaking={speaking.has(member.id) && !member.audioMuted}
                  mayRemove={room.isOwner}
                />
              ))}
            </ul>
            {members.length === 0 && (
              <Alone
                room={room}
                onAsk={() => {
                  setDialog('ask')
                }}
              />
            )}
          </div>
        )}
        <p class="unseen" role="status">
          {news !== undefined && t.rooms.news[news.event](news.nickname)}
        </p>
        <RoomControls own={own} media={room.ownMedia} />
      </main>
      {dialog === 'ask' && <AskDialog room={room} people={people} onClose={done} />}
      {dialog === 'close' && <CloseDialog room={name} onClose={done} />}
    </>
  )
}
