import { clockText } from '../i18n/language.ts'
import { reasonText } from '../i18n/reasons.ts'
import type { Dictionary } from '../i18n/dictionary.ts'
import type { News, Notice } from '../model/notices.ts'
import { useApp, useTongue } from './context.ts'
import { IconButton } from './parts/icon-button.tsx'

/** What has happened, at the edge of the screen; read out too. */
export function Notices({ notices }: { readonly notices: readonly Notice[] }) {
  const app = useApp()
  const { t } = useTongue()
  return (
    <section class="notices" role="log" aria-live="polite" aria-label={t.notices.region}>
      {notices.map(({ id, what }) => (
        <div key={id} class={`notice notice-${what.name}`}>
          <div>
            {what.name === 'lost' && <strong>{t.notices.lostTitle}</strong>}
            {linesOf(what, t).map((line) => (
              <p key={line}>{line}</p>
            ))}
          </div>
          <IconButton
            icon="close"
            label={t.close}
            onClick={() => {
              app.store.dispatch({ type: 'notice_closed', id })
            }}
          />
        </div>
      ))}
    </section>
  )
}

function roomEndOf(reason: string, { rooms: { over } }: Dictionary) {
  return reason === 'removed' || reason === 'closed' || reason === 'lost' ? over[reason] : over.other
}

function transferFailure(reason: string, { transfer: { failed } }: Dictionary) {
  if (reason === 'declined' || reason === 'timeout' || reason === 'hangup') return failed[reason]
  return reason === 'callee_busy' ? failed.busy : failed.other
}

function linesOf(what: News, t: Dictionary): readonly string[] {
  switch (what.name) {
    case 'call_over': {
      const told = [t.outcomes[what.outcome](what.username)]
      if (what.outcome === 'refused') told.push(reasonText(t.reasons, what.reason))
      if (what.durationMs > 0) told.push(t.notices.duration(clockText(what.durationMs)))
      return told
    }
    case 'missed':
      return [t.outcomes.missed(what.username)]
    case 'lost':
      return [
        t.notices.lostSession,
        ...(what.callWith === undefined ? [] : [t.notices.lostCall(what.callWith)]),
        ...(what.unsent === 0 ? [] : [t.notices.lostMessages(what.unsent)]),
      ]
    case 'elsewhere':
      return [t.devices[what.reason](what.username)]
    case 'transferred':
      return [t.transfer.done(what.username, what.to)]
    case 'transfer_failed':
      return [transferFailure(what.reason, t)(what.username)]
    case 'handed_over':
      return [t.transfer.handedOver(what.username)]
    case 'server_restarts':
      return [t.notices.serverRestarts]
    case 'refused':
      return [reasonText(t.reasons, what.reason)]
    case 'media':
      return [t.notices.media(t.mediaWhat[what.what], t.mediaWhy[what.why])]
    case 'sharing_failed':
      return [t.notices.sharingFailed]
    case 'password_changed':
      return [t.notices.passwordChanged]
    case 'room_refused':
      return [t.rooms.refused(what.room), reasonText(t.reasons, what.reason)]
    case 'room_over':
      return [roomEndOf(what.reason, t)(what.room)]
  }
}
