import { useEffect, useState } from 'preact/hooks'
import { reasonText } from '../../i18n/reasons.ts'
import type { Refusal } from '../../server.ts'
import { useApp, useTongue } from '../context.ts'

/** It is of the account, and may be changed at another device meanwhile. */
export function DoNotDisturb() {
  const app = useApp()
  const { t } = useTongue()
  const [isOn, setOn] = useState(false)
  const [refusal, setRefusal] = useState<Refusal>()
  useEffect(() => app.watchDoNotDisturb(setOn), [app])
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={(event) => void app.setDoNotDisturb(event.currentTarget.checked).then(setRefusal)}
        />
        <span>{t.settings.doNotDisturb}</span>
      </label>
      {refusal !== undefined && (
        <p class="fault" role="alert">
          {reasonText(t.reasons, refusal.reason)}
        </p>
      )}
    </>
  )
}
