import type { CallView } from '../../model/call-view.ts'
import { useApp, useTongue } from '../context.ts'
import { Avatar } from '../parts/avatar.tsx'
import { Icon } from '../parts/icon.tsx'
import { Modal } from '../parts/modal.tsx'

/** Somebody calls. */
export function IncomingCall({ call }: { readonly call: CallView }) {
  const app = useApp()
  const { t } = useTongue()
  const { peer, kind, phase } = call
  const isAnswered = phase.name === 'preparing'
  const accept = (as: CallView['kind']) => () => void app.calling()?.accept(as)
  return (
    <Modal class="incoming" role="alertdialog" labelledBy="incoming-title" onEscape={undefined}>
      <span class="pulse">
        <Avatar name={peer.username} size="large" />
      </span>
      <h2 id="incoming-title">
        {peer.username} <span>{t.call.ringingIn}</span>
      </h2>
      <p class="muted" role="status">
        {isAnswered ? t.call.preparing : kind === 'video' ? t.call.incomingVideo : t.call.incomingVoice}
      </p>
      <div class="incoming-actions">
        {!isAnswered && (
          <button type="button" class="button button-ok" onClick={accept(kind)}>
            <Icon name={kind === 'video' ? 'camera' : 'phone'} />
            {t.call.accept}
          </button>
        )}
        <button type="button" class="button button-danger" onClick={() => app.calling()?.hangUp()}>
          <Icon name="hangUp" />
          {t.call.decline}
        </button>
      </div>
      {kind === 'video' && !isAnswered && (
        <button type="button" class="link" onClick={accept('voice')}>
          {t.call.acceptVoice}
        </button>
      )}
    </Modal>
  )
}
