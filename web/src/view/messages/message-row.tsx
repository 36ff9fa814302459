import type { TextMessage } from 'roomrtc-client/messages'
import { useState } from 'preact/hooks'
import type { Messaging } from '../../engine/messages/messaging.ts'
import { whyText } from '../../i18n/talk-texts.ts'
import { useTongue } from '../context.ts'
import { Avatar } from '../parts/avatar.tsx'
import { IconButton } from '../parts/icon-button.tsx'
import { Attachments } from './attachments.tsx'
import { timeText } from './day-text.ts'
import type { Editing } from './editing.ts'
import { ReactionChoice, Reactions } from './reactions.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { WithLinks } from './with-links.tsx'
import { useTalkTexts } from './use-talk.ts'
import { talkIcons } from './talk-icons.ts'

interface Props {
  readonly messaging: Messaging
  readonly message: TextMessage
  readonly me: string
  readonly names: (user: string) => string
  /** Of several that stand together. */
  readonly isFirst: boolean
  readonly showsName: boolean
  readonly isRead: boolean
  readonly mayRemoveOthers: boolean
  readonly onEdit: (message: Editing) => void
}

/** A message, and what can be done with it. */
export function MessageRow(props: Props) {
  const { messaging, message, me, names, isFirst, showsName, isRead, mayRemoveOthers, onEdit } = props
  const texts = useTalkTexts()
  const { t, language } = useTongue()
  const [doing, setDoing] = useState<'react' | 'remove'>()
  const [fault, setFault] = useState<string>()
  const { from, text, attachments, createdAt, editedAt, deletedAt, reactions } = message
  const isOwn = from.id === me
  const isGone = deletedAt !== undefined
  const done = (): void => {
    setDoing(undefined)
  }
  const react = (sign: string, on: boolean): void => {
    done()
    void messaging.react(message, sign, on)
  }
  const sender = from.username === '' ? texts.gone : from.username
  return (
    <li class={`message ${isOwn ? 'is-own' : ''} ${isFirst ? 'is-first' : ''}`} data-message={message.id}>
      {showsName && isFirst && (
        <p class="message-from">
          <Avatar name={sender} />
          {sender}
        </p>
      )}
      <div class="message-line">
        <div class="bubble">
          {!showsName && <span class="unseen">{sender}</span>}
          {isGone ? (
            <p class="muted">
              <em>{texts.deleted}</em>
            </p>
          ) : (
            text !== '' && (
              <p class="message-text">
                <WithLinks text={text} />
              </p>
            )
          )}
          <Attachments messaging={messaging} attachments={attachments} />
          <p class="message-about muted">
            {editedAt !== undefined && !isGone && `${texts.edited} · `}
            <time dateTime={new Date(createdAt).toISOString()}>{timeText(createdAt, language)}</time>
            {isRead && ` · ${texts.read}`}
          </p>
        </div>
        {!isGone && (
          <div class="message-ways">
            <IconButton
              icon={talkIcons.smile}
              label={texts.react}
              isPressed={doing === 'react'}
              onClick={() => {
                setDoing(doing === 'react' ? undefined : 'react')
              }}
            />
            {isOwn && (
              <IconButton
                icon={talkIcons.pencil}
                label={texts.edit}
                onClick={() => {
                  onEdit(message)
                }}
              />
            )}
            {(isOwn || mayRemoveOthers) && (
              <IconButton
                icon={talkIcons.bin}
                label={texts.remove}
                onClick={() => {
                  setDoing('remove')
                }}
              />
            )}
          </div>
        )}
      </div>
      {doing === 'react' && <ReactionChoice onChoose={react} onClose={done} />}
      <Reactions {...{ reactions, me, names }} onToggle={react} />
      {fault !== undefined && <p class="fault">{whyText(t.reasons, texts, fault)}</p>}
      {doing === 'remove' && (
        <RemoveDialog
          onClose={done}
          onRemove={() => {
            done()
            void messaging.remove(message).then(setFault)
          }}
        />
      )}
    </li>
  )
}
