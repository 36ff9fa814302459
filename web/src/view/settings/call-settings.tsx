import { useState } from 'preact/hooks'
import { askPermission, permission } from '../../engine/notifications.ts'
import type { Preferences } from '../../model/preferences.ts'
import { useApp, useTongue } from '../context.ts'
import { DoNotDisturb } from './do-not-disturb.tsx'

interface Props {
  readonly preferences: Preferences
  /** Somebody is signed in who has an account. */
  readonly hasAccount: boolean
}

export function CallSettings({ preferences, hasAccount }: Props) {
  const app = useApp()
  const { t } = useTongue()
  const [allowed, setAllowed] = useState(permission)
  const wantNotifications = async (wanted: boolean): Promise<void> => {
    const notifications = wanted && (await askPermission())
    setAllowed(permission())
    app.prefer({ notifications })
  }
  return (
    <section aria-labelledby="sounds-title">
      <h3 id="sounds-title">{t.settings.sounds}</h3>
      {hasAccount && <DoNotDisturb />}
      <label class="check">
        <input
          type="checkbox"
          checked={preferences.ringTones}
          onChange={(event) => {
            app.prefer({ ringTones: event.currentTarget.checked })
          }}
        />
        <span>{t.settings.ringTones}</span>
      </label>
      {allowed !== 'unsupported' && (
        <label class="check">
          <input
            type="checkbox"
            checked={preferences.notifications && allowed === 'granted'}
            disabled={allowed === 'denied'}
            onChange={(event) => void wantNotifications(event.currentTarget.checked)}
          />
          <span>{t.settings.notifications}</span>
        </label>
      )}
      {allowed === 'denied' && <p class="hint">{t.settings.notificationsDenied}</p>}
    </section>
  )
}
