import type { User } from 'roomrtc-client'
import type { MessagesState } from '../../model/state.ts'
import { useApp, useTongue } from '../context.ts'
import { Avatar } from '../parts/avatar.tsx'
import { IconButton } from '../parts/icon-button.tsx'
import { TalkButton } from '../parts/talk-button.tsx'

interface Props {
  readonly user: User
  readonly messages: MessagesState | undefined
}

/** Somebody, how they are, and how to write to them and call them. */
export function PersonRow({ user, messages }: Props) {
  const { t } = useTongue()
  const { username, state } = user
  const isFree = state === 'Available'
  return (
    <li class={`row presence-${state.toLowerCase()}`} data-user={user.id}>
      <span class="with-dot">
        <Avatar name={username} />
        <span class="dot" aria-hidden="true" />
      </span>
      <span class="row-text">
        <span class="row-name">{username}</span>
        <span class="row-state">{presenceText(state, t.home)}</span>
      </span>
      {(isFree || messages !== undefined) && (
        <span class="row-actions">
          {messages !== undefined && <TalkButton messages={messages} other={{ kind: 'user', user }} />}
          {isFree && <CallButtons user={user} />}
        </span>
      )}
    </li>
  )
}

function CallButtons({ user }: { readonly user: User }) {
  const app = useApp()
  const { t } = useTongue()
  const { username } = user
  return (
    <>
      <IconButton
        icon="phone"
        label={t.home.voiceCall(username)}
        onClick={() => {
          app.place(user, 'voice')
        }}
      />
      <IconButton
        icon="camera"
        class="icon-button-main"
        label={t.home.videoCall(username)}
        onClick={() => {
          app.place(user, 'video')
        }}
      />
    </>
  )
}

function presenceText(
  state: User['state'],
  texts: { readonly online: string; readonly busy: string; readonly offline: string },
): string {
  switch (state) {
    case 'Available':
      return texts.online
    case 'Busy':
      return texts.busy
    case 'Disconnected':
      return texts.offline
  }
}
