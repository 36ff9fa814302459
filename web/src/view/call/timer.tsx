import { useEffect, useState } from 'preact/hooks'
import { clockText } from '../../i18n/language.ts'
import { useApp, useTongue } from '../context.ts'

const EVERY_MS = 250

/** How long the call has been going on, holds not counted. It is there to be looked at, and not read out each second. */
export function Timer({ isHeld }: { readonly isHeld: boolean }) {
  const app = useApp()
  const { t } = useTongue()
  const text = (): string => clockText(app.calling()?.durationMs() ?? 0)
  const [, redraw] = useState(text)
  useEffect(() => {
    const timer = window.setInterval(() => {
      redraw(text)
    }, EVERY_MS)
    return () => {
      window.clearInterval(timer)
    }
  }, [app])
  return (
    <span class="timer" role="timer" aria-live="off" aria-label={t.call.duration}>
      <span>{text()}</span>
      {isHeld && <span class="tag">{t.call.onHold}</span>}
    </span>
  )
}
