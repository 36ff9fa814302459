import { useEffect, useRef, useState } from 'preact/hooks'
import type { Messaging } from '../../engine/messages/messaging.ts'
import { whyText } from '../../i18n/talk-texts.ts'
import type { DraftFile } from '../../model/messages/talk-state.ts'
import { useApp, useTongue } from '../context.ts'
import { Icon } from '../parts/icon.tsx'
import { IconButton } from '../parts/icon-button.tsx'
import { DraftFiles } from './draft-files.tsx'
import type { Editing } from './editing.ts'
import { useTalkTexts } from './use-talk.ts'
import { talkIcons } from './talk-icons.ts'

interface Props {
  readonly messaging: Messaging
  readonly conversation: string
  readonly editing: Editing | undefined
  readonly files: readonly DraftFile[]
  readonly maySendFiles: boolean
  /** There was no room for all files. */
  readonly isCrowded: boolean
  readonly addFiles: (files: readonly File[]) => void
  readonly onEdited: () => void
  /** The last of one's own is to be edited. */
  readonly onEditLast: () => void
}

const MOST_BYTES = 4096

/** Where one writes. The Enter key sends; with Shift it begins a line. */
export function Composer(props: Props) {
  const { messaging, conversation, editing, files, maySendFiles, isCrowded, addFiles } = props
  const { onEdited, onEditLast } = props
  const app = useApp()
  const texts = useTalkTexts()
  const { t } = useTongue()
  const [text, setText] = useState(editing?.text ?? messaging.texts.get(conversation) ?? '')
  const [fault, setFault] = useState<string>()
  const field = useRef<HTMLTextAreaElement>(null)
  const chooser = useRef<HTMLInputElement>(null)
  useEffect(() => {
    field.current?.focus()
  }, [])
  useEffect(() => {
    if (editing === undefined) messaging.texts.set(conversation, text)
    const box = field.current
    if (box === null) return
    box.style.height = 'auto'
    box.style.height = `${box.scrollHeight}px`
  }, [text])

  const most = app.client()?.limits['max_message_text_bytes'] ?? MOST_BYTES
  const isTooLong = new TextEncoder().encode(text).length > most
  const isReady = files.every(({ upload }) => upload.name === 'done')
  const hasFiles = editing === undefined ? files.length > 0 : editing.attachments.length > 0
  const maySend = !isTooLong && (editing !== undefined || isReady) && (text.trim() !== '' || hasFiles)
  const send = (): void => {
    if (!maySend) return
    const trimmed = text.trim()
    if (editing === undefined) {
      messaging.send(conversation, trimmed)
      setText('')
      field.current?.focus()
      return
    }
    void messaging.edit(editing, trimmed).then((reason) => {
      if (reason === undefined) onEdited()
      else setFault(reason)
    })
  }
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {editing === undefined ? (
        <DraftFiles
          files={files}
          onRemove={(id) => {
            messaging.files.remove(conversation, id)
          }}
        />
      ) : (
        <p class="composer-news muted" role="status">
          {texts.editing}
          <button type="button" class="link" onClick={onEdited}>
            {texts.cancelEdit}
          </button>
        </p>
      )}
      {isTooLong && (
        <p class="fault" role="alert">
          {texts.tooLong}
        </p>
      )}
      {isCrowded && <p class="fault">{texts.tooManyFiles}</p>}
      {fault !== undefined && (
        <p class="fault" role="alert">
          {whyText(t.reasons, texts, fault)}
        </p>
      )}
      <div class="composer-line">
        {maySendFiles && editing === undefined && (
          <>
            <input
              ref={chooser}
              class="unseen"
              type="file"
              multiple
              tabIndex={-1}
              aria-hidden="true"
              onChange={(event) => {
                addFiles([...(event.currentTarget.files ?? [])])
                event.currentTarget.value = ''
              }}
            />
            <IconButton icon={talkIcons.clip} label={texts.attach} onClick={() => chooser.current?.click()} />
          </>
        )}
        <textarea
          ref={field}
          rows={1}
          aria-label={texts.write}
          placeholder={texts.write}
          aria-invalid={isTooLong}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value)
            if (editing === undefined) messaging.type(conversation)
          }}
          onPaste={(event) => {
            const pasted = [...(event.clipboardData?.files ?? [])]
            if (!maySendFiles || pasted.length === 0) return
            event.preventDefault()
            addFiles(pasted)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
              event.preventDefault()
              send()
            } else if (event.key === 'ArrowUp' && text === '' && editing === undefined) {
              event.preventDefault()
              onEditLast()
            }
          }}
        />
        <button
          type="submit"
          class="icon-button icon-button-main"
          aria-label={editing === undefined ? texts.send : texts.save}
          title={editing === undefined ? texts.send : texts.save}
          aria-disabled={!maySend}
        >
          <Icon name={talkIcons.send} />
        </button>
      </div>
    </form>
  )
}
