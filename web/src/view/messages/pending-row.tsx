import type { Messaging } from '../../engine/messages/messaging.ts'
import { whyText } from '../../i18n/talk-texts.ts'
import type { Pending } from '../../model/messages/talk-state.ts'
import { useTongue } from '../context.ts'
import { useTalkTexts } from './use-talk.ts'

interface Props {
  readonly messaging: Messaging
  readonly conversation: string
  readonly pending: Pending
}

/** One's own, on its way; or why it did not go. */
export function PendingRow({ messaging, conversation, pending }: Props) {
  const texts = useTalkTexts()
  const { t } = useTongue()
  const { text, files, reason } = pending
  return (
    <li class="message is-own is-first is-pending">
      <div class="message-line">
        <div class="bubble">
          {text !== '' && <p class="message-text">{text}</p>}
          {files.map(({ id, name }) => (
            <p key={id} class="file-name">
              {name}
            </p>
          ))}
          {reason === undefined && <p class="message-about muted">{texts.sending}</p>}
        </div>
      </div>
      {reason !== undefined && (
        <div class="fault" role="alert">
          <p>
            {texts.notSent} {whyText(t.reasons, texts, reason)}
          </p>
          <button
            type="button"
            class="link"
            onClick={() => {
              messaging.sendAgain(conversation, pending)
            }}
          >
            {texts.sendAgain}
          </button>
          <button
            type="button"
            class="link"
            onClick={() => {
              messaging.giveUp(conversation, pending)
            }}
          >
            {texts.giveUp}
          </button>
        </div>
      )}
    </li>
  )
}
