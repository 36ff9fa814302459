import { useEffect, useRef, useState } from 'preact/hooks'
import type { Messaging } from '../../engine/messages/messaging.ts'
import { conversationOf, type TalkWith } from '../../model/messages/talk-with.ts'
import type { Inside } from '../../model/state.ts'
import { useApp } from '../context.ts'
import { IconButton } from '../parts/icon-button.tsx'
import '../../style/talk.css'
import { Composer } from './composer.tsx'
import type { Editing } from './editing.ts'
import { namesIn } from './names.ts'
import { Thread } from './thread.tsx'
import { TypingLine } from './typing-line.tsx'
import { useTalk, useTalkTexts } from './use-talk.ts'

interface Props {
  readonly other: TalkWith
  readonly inside: Inside
}

/** A conversation, beside whatever else is on the screen. */
export function Talk(props: Props) {
  const messaging = useApp().messaging()
  useFocusBack()
  const conversation = conversationOf(props.inside.me.id, props.other)
  return messaging === undefined ? null : (
    <OpenTalk key={conversation} {...{ ...props, messaging, conversation }} />
  )
}

/** Whoever closes it is where they were before. */
function useFocusBack(): void {
  // Before the field takes the focus, which is before any effect of this one.
  const [before] = useState(document.activeElement)
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        if (before instanceof HTMLElement && before.isConnected) before.focus()
      })
    },
    [before],
  )
}

interface OpenProps extends Props {
  readonly messaging: Messaging
  readonly conversation: string
}

function OpenTalk({ other, inside, messaging, conversation }: OpenProps) {
  const app = useApp()
  const texts = useTalkTexts()
  const state = useTalk(messaging)
  const [editing, setEditing] = useState<Editing>()
  const [isDroppedOn, setDroppedOn] = useState(false)
  const [isCrowded, setCrowded] = useState(false)
  const place = useRef<HTMLElement>(null)
  const maySendFiles = app.settings.uploads && !inside.isGuest
  useEffect(() => messaging.show(conversation), [messaging, conversation])
  const close = (): void => {
    app.store.dispatch({ type: 'talk', other: undefined })
  }
  const addFiles = (files: readonly File[]): void => {
    if (files.length > 0) setCrowded(messaging.files.add(conversation, files) > 0)
  }
  const name = other.kind === 'user' ? other.user.username : other.name
  const names = namesIn(inside, other)
  const title = other.kind === 'user' ? texts.with(name) : texts.in(name)
  return (
    <aside
      class={`talk ${isDroppedOn ? 'is-dropped-on' : ''}`}
      ref={place}
      aria-label={title}
      onKeyDown={(event) => {
        const { target } = event
        if (event.key !== 'Escape' || event.defaultPrevented) return
        // It closes the dialog alone.
        if (target instanceof Element && target.closest('dialog') !== null) return
        if (editing === undefined) close()
        else setEditing(undefined)
      }}
      onDragOver={(event) => {
        if (!maySendFiles || event.dataTransfer?.types.includes('Files') !== true) return
        event.preventDefault()
        setDroppedOn(true)
      }}
      onDragLeave={(event) => {
        const to = event.relatedTarget
        if (!(to instanceof Node) || place.current?.contains(to) !== true) setDroppedOn(false)
      }}
      onDrop={(event) => {
        setDroppedOn(false)
        if (!maySendFiles) return
        event.preventDefault()
        addFiles([...(event.dataTransfer?.files ?? [])])
      }}
    >
      <header class="talk-head">
        <h2>{name}</h2>
        <IconButton icon="close" label={texts.close} onClick={close} />
      </header>
      <Thread
        {...{ messaging, conversation, names, onEdit: setEditing }}
        thread={state.threads[conversation]}
        me={inside.me.id}
        isOfRoom={other.kind === 'room'}
        mayRemoveOthers={other.kind === 'room' && inside.rooms.room?.isOwner === true}
      />
      <TypingLine names={(state.typing[conversation] ?? []).map(names)} />
      <Composer
        key={editing?.id ?? 'new'}
        {...{ messaging, conversation, editing, maySendFiles, addFiles, isCrowded }}
        files={state.drafts[conversation] ?? []}
        onEdited={() => {
          setEditing(undefined)
        }}
        onEditLast={() => {
          const own = state.threads[conversation]?.messages.findLast(
            ({ from, deletedAt }) => from.id === inside.me.id && deletedAt === undefined,
          )
          if (own !== undefined) setEditing(own)
        }}
      />
      {isDroppedOn && <p class="talk-drop">{texts.drop}</p>}
    </aside>
  )
}
