import { useTongue } from '../context.ts'
import { Modal } from '../parts/modal.tsx'
import { useTalkTexts } from './use-talk.ts'

interface Props {
  readonly onRemove: () => void
  readonly onClose: () => void
}

/** Asks once more, as it cannot be had back. */
export function RemoveDialog({ onRemove, onClose }: Props) {
  const texts = useTalkTexts()
  const { t } = useTongue()
  return (
    <Modal class="sure" role="alertdialog" labelledBy="remove-title" onEscape={onClose}>
      <h2 id="remove-title">{texts.removeTitle}</h2>
      <p>{texts.removeText}</p>
      <div class="sure-ways">
        <button type="button" class="button" onClick={onClose}>
          {t.cancel}
        </button>
        <button type="button" class="button button-danger" onClick={onRemove}>
          {texts.remove}
        </button>
      </div>
    </Modal>
  )
}
