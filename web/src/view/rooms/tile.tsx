import type { OwnState } from 'roomrtc-client/rooms'
import type { OwnMedia } from '../../model/call-view.ts'
import type { MemberView } from '../../model/room-view.ts'
import { Video } from '../call/video.tsx'
import { useApp, useTongue } from '../context.ts'
import { Avatar } from '../parts/avatar.tsx'
import { Icon } from '../parts/icon.tsx'
import { IconButton } from '../parts/icon-button.tsx'

interface MemberProps {
  readonly member: MemberView
  readonly isSpeaking: boolean
  readonly mayRemove: boolean
}

/** One of the others. */
export function MemberTile({ member, isSpeaking, mayRemove }: MemberProps) {
  const app = useApp()
  const { t } = useTongue()
  const { id, nickname, username, stream, audioMuted, videoMuted, state, link } = member
  const { speaker } = app.store.state().preferences.devices
  const hasPicture = !videoMuted && stream !== undefined && stream.getVideoTracks().length > 0
  const isAway = state === 'reconnecting'
  const wait = isAway
    ? t.rooms.reconnecting
    : {
        waiting: t.rooms.connecting,
        connecting: t.rooms.connecting,
        interrupted: t.rooms.interrupted,
        connected: '',
        closed: '',
      }[link]
  return (
    <li
      class={looks({ 'is-speaking': isSpeaking, 'is-away': isAway || link === 'interrupted' })}
      title={username}
    >
      {stream !== undefined && (
        <Video
          stream={stream}
          speaker={speaker}
          class={hasPicture ? 'tile-video' : 'tile-video is-hidden'}
          label={t.call.picture(nickname)}
        />
      )}
      {!hasPicture && <Avatar name={nickname} size="large" />}
      {wait !== '' && (
        <span class="tile-wait">
          <span class="spinner" aria-hidden="true" />
          {wait}
        </span>
      )}
      <Label name={nickname} isSpeaking={isSpeaking} audioMuted={audioMuted} videoMuted={videoMuted} />
      {mayRemove && (
        <IconButton
          icon="close"
          class="tile-remove"
          label={t.rooms.remove(nickname)}
          onClick={() => app.rooming()?.remove(id)}
        />
      )}
    </li>
  )
}

interface OwnProps {
  readonly own: OwnState
  readonly media: OwnMedia
  readonly isSpeaking: boolean
}

/** What the others see of oneself. */
export function OwnTile({ own, media: { stream }, isSpeaking }: OwnProps) {
  const { t } = useTongue()
  const { nickname, audioMuted, videoMuted } = own
  const hasPicture = !videoMuted && stream !== undefined && stream.getVideoTracks().length > 0
  return (
    <li class={looks({ 'is-own': true, 'is-speaking': isSpeaking })}>
      {hasPicture ? (
        <Video stream={stream} class="tile-video own-video" label={t.call.ownPicture} isMuted />
      ) : (
        <Avatar name={nickname} size="large" />
      )}
      <Label
        name={t.rooms.you(nickname)}
        isSpeaking={isSpeaking}
        audioMuted={audioMuted}
        videoMuted={videoMuted}
      />
    </li>
  )
}

interface LabelProps {
  readonly name: string
  readonly isSpeaking: boolean
  readonly audioMuted: boolean
  readonly videoMuted: boolean
}

/** The name, and what is switched off, also for those who do not see the signs. */
function Label({ name, isSpeaking, audioMuted, videoMuted }: LabelProps) {
  const { t } = useTongue()
  return (
    <span class="tile-label">
      {audioMuted && <Sign icon="micOff" text={t.rooms.micOff} />}
      {videoMuted && <Sign icon="cameraOff" text={t.rooms.cameraOff} />}
      <span class="tile-name">{name}</span>
      {isSpeaking && <span class="unseen">{t.rooms.speaking}</span>}
    </span>
  )
}

function Sign({ icon, text }: { readonly icon: 'micOff' | 'cameraOff'; readonly text: string }) {
  return (
    <span class="sign" title={text}>
      <Icon name={icon} />
      <span class="unseen">{text}</span>
    </span>
  )
}

function looks(marks: Readonly<Record<string, boolean>>): string {
  return ['tile', ...Object.keys(marks).filter((mark) => marks[mark])].join(' ')
}
