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
  const isToday = new Date(at).toDateString() === new Date().toDateString()
  const style = isToday
    ? ({ timeStyle: 'short' } as const)
    : ({ dateStyle: 'short', timeStyle: 'short' } as const)
  const time = new Intl.DateTimeFormat(language, style).format(at)
  const name = peer.username || t.home.goneAccount
  const length = durationMs > 0 ? ` · ${clockText(durationMs)}` : ''
  return (
    <li class={`row outcome-${outcome}`}>
      <span class="way">
        <Icon name={role === 'caller' ? 'out' : 'in'} />
      </span>
      <span class="row-text">
        <span class="row-name">{name}</span>
        <span class="row-state">
          {t.outcomeLabels[outcome]}
          {length}
        </span>
      </span>
      <time class="muted" dateTime={new Date(at).toISOString()}>
        {time}
      </time>
      {peer.username !== '' && (
        <IconButton
          icon={kind === 'video' ? 'camera' : 'phone'}
          label={t.home.callAgain(name)}
          onClick={() => {
            app.place(peer, kind)
          }}
        />
      )}
    </li>
  )
}
