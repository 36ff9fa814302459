import { whyText } from '../../i18n/talk-texts.ts'
import type { DraftFile } from '../../model/messages/talk-state.ts'
import { useTongue } from '../context.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { sizeText } from './day-text.ts'
import { useTalkTexts } from './use-talk.ts'

interface Props {
  readonly files: readonly DraftFile[]
  readonly onRemove: (id: number) => void
}

/** The files of the next message, and how far each is. */
export function DraftFiles({ files, onRemove }: Props) {
  const texts = useTalkTexts()
  if (files.length === 0) return null
  return (
    <ul class="draft-files" aria-label={texts.filesOf}>
      {files.map((file) => (
        <li key={file.id} class="draft-file">
          <span class="file-name">{file.name}</span>
          <Progress file={file} />
          <IconButton
            icon="close"
            label={texts.removeFile(file.name)}
            onClick={() => {
              onRemove(file.id)
            }}
          />
        </li>
      ))}
    </ul>
  )
}

function Progress({ file: { name, bytes, upload } }: { readonly file: DraftFile }) {
  const texts = useTalkTexts()
  const { t, language } = useTongue()
  switch (upload.name) {
    case 'running':
      return <progress value={upload.share} aria-label={texts.uploading(name)} />
    case 'done':
      return (
        <span class="muted">
          {sizeText(bytes, language)}
          <span class="unseen"> {texts.uploadDone}</span>
        </span>
      )
    case 'failed':
      return (
        <span class="draft-fault" role="alert">
          {texts.uploadFailed}: {whyText(t.reasons, texts, upload.reason)}
        </span>
      )
  }
}
