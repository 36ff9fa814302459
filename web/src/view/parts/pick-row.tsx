import type { User } from 'roomrtc-client'
import { Avatar } from './avatar.tsx'
import { IconButton } from './icon-button.tsx'
import type { IconName } from './icon.tsx'

interface Props {
  readonly user: User
  /** How it stands with this one, in words. */
  readonly state: string
  readonly icon: IconName
  readonly label: string
  readonly onPick: () => void
}

/** Somebody who can be chosen from a list. */
export function PickRow({ user: { id, username }, state, icon, label, onPick }: Props) {
  return (
    <li class="row" data-user={id}>
      <Avatar name={username} />
      <span class="row-text">
        <span class="row-name">{username}</span>
        <span class="row-state" role="status">
          {state}
        </span>
      </span>
      <IconButton icon={icon} class="icon-button-main" label={label} onClick={onPick} />
    </li>
  )
}
