import type { Device } from 'roomrtc-client/devices'
import { useEffect, useState } from 'preact/hooks'
import { useApp, useTongue } from '../context.ts'
import { IconButton } from '../parts/icon-button.tsx'

/** Where one is signed in, and the way to sign out there. */
export function SignedInDevices() {
  const app = useApp()
  const { t } = useTongue()
  const [devices, setDevices] = useState<readonly Device[]>([])
  const read = (): void => {
    void app
      .devices()
      ?.list()
      .then((list) => {
        setDevices(list ?? [])
      })
  }
  useEffect(read, [])
  if (devices.length === 0) return null
  return (
    <section aria-labelledby="signed-in-title">
      <h3 id="signed-in-title">{t.devices.title}</h3>
      <ul class="rows" aria-labelledby="signed-in-title">
        {devices.map((device) => (
          <DeviceRow
            key={device.id}
            device={device}
            onLogOut={() => {
              void app.devices()?.logOut(device).then(read)
            }}
          />
        ))}
      </ul>
    </section>
  )
}

function DeviceRow({ device, onLogOut }: { readonly device: Device; readonly onLogOut: () => void }) {
  const { t, language } = useTongue()
  const { client, transport, since, connected, isThis, callId } = device
  const name = client || transport
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'short' }).format(since)
  const states = [
    isThis ? t.devices.isThis : connected ? t.home.online : t.devices.away,
    ...(callId === undefined ? [] : [t.home.busy]),
    t.devices.since(time),
  ]
  return (
    <li class="row">
      <span class="row-text">
        <span class="row-name">{name}</span>
        <span class="row-state">{states.join(' · ')}</span>
      </span>
      {!isThis && <IconButton icon="leave" label={t.devices.logOut(name)} onClick={onLogOut} />}
    </li>
  )
}
