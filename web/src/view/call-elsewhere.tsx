import type { Device } from 'roomrtc-client/devices'
import { useApp, useTongue } from './context.ts'

/** One talks on another device, and can go on here. */
export function CallElsewhere({ device }: { readonly device: Device }) {
  const app = useApp()
  const { t } = useTongue()
  return (
    <div class="banner banner-elsewhere" role="status">
      <span>{t.devices.callElsewhere}</span>
      <button
        type="button"
        class="button"
        onClick={() => {
          app.takeCall(device)
        }}
      >
        {t.devices.takeCall}
      </button>
    </div>
  )
}
