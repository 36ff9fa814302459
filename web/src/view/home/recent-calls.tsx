import { clockText } from '../../i18n/language.ts'
import type { PastCall } from '../../model/past-calls.ts'
import { useApp, useTongue } from '../context.ts'
import { Icon } from '../parts/icon.tsx'
import { IconButton } from '../parts/icon-button.tsx'

export function RecentCalls({ past }: { readonly past: readonly PastCall[] }) {
  const { t } = useTongue()
  return (
    <section class="panel recent" aria-labelledby="recent-title">
      <header class="panel-head">
        <h2 id="recent-title">{t.home.recent}</h2>
      </header>
      {past.length === 0 ? (
        <p class="muted">{t.home.noRecent}</p>
      ) : (
        <ul class="rows" aria-labelledby="recent-title">
          {past.map((call) => (
            <PastRow key={call.id} call={call} />
          ))}
        </ul>
      )}
    </section>
  )
}

function PastRow({ call }: { readonly call: PastCall }) {
  const app = useApp()
  const { t, language } = useTongue()
  const { peer, role, kind, at, durationMs, outcome } = call
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(at)
  const length = durationMs > 0 ? ` · ${clockText(durationMs)}` : ''
  return (
    <li class={`row outcome-${outcome}`}>
      <span class="way">
        <Icon name={role === 'caller' ? 'out' : 'in'} />
      </span>
      <span class="row-text">
        <span class="row-name">{peer.username}</span>
        <span class="row-state">
          {t.outcomeLabels[outcome]}
          {length}
        </span>
      </span>
      <time class="muted" dateTime={new Date(at).toISOString()}>
        {time}
      </time>
      <IconButton
        icon={kind === 'video' ? 'camera' : 'phone'}
        label={t.home.callAgain(peer.username)}
        onClick={() => {
          app.place(peer, kind)
        }}
      />
    </li>
  )
}
