import { useApp, useTongue } from '../context.ts'
import { Modal } from '../parts/modal.tsx'

/** Asks once more, as all others are put out too. */
export function CloseDialog({ room, onClose }: { readonly room: string; readonly onClose: () => void }) {
  const app = useApp()
  const { t } = useTongue()
  return (
    <Modal class="sure" role="alertdialog" labelledBy="close-title" onEscape={onClose}>
      <h2 id="close-title">{t.rooms.closeTitle(room)}</h2>
      <p>{t.rooms.closeText}</p>
      <div class="sure-ways">
        <button type="button" class="button" onClick={onClose}>
          {t.cancel}
        </button>
        <button type="button" class="button button-danger" onClick={() => app.rooming()?.close()}>
          {t.rooms.doClose}
        </button>
      </div>
    </Modal>
  )
}
