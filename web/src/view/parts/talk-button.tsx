import { isSame, type TalkWith } from '../../model/messages/talk-with.ts'
import type { MessagesState } from '../../model/state.ts'
import { useApp, useTongue } from '../context.ts'
import { IconButton } from './icon-button.tsx'

interface Props {
  readonly messages: MessagesState
  readonly other: TalkWith
}

/** Shows or hides what is written with somebody, and tells how much of it is new. */
export function TalkButton({ messages: { open, unread }, other }: Props) {
  const app = useApp()
  const { t } = useTongue()
  const name = other.kind === 'user' ? other.user.username : other.name
  const count = unread[other.kind === 'user' ? other.user.id : other.id] ?? 0
  const isOpen = isSame(open, other)
  return (
    <span class="with-count">
      <IconButton
        icon="message"
        label={count > 0 ? t.messages.unread(name, count) : t.messages.write(name)}
        isPressed={isOpen}
        onClick={() => {
          app.store.dispatch({ type: 'talk', other: isOpen ? undefined : other })
        }}
      />
      {count > 0 && (
        <span class="count" aria-hidden="true">
          {count}
        </span>
      )}
    </span>
  )
}
