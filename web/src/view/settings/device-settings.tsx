import type { Devices } from '../../model/preferences.ts'
import { useApp, useTongue } from '../context.ts'
import { Choice } from '../parts/choice.tsx'
import { Preview } from './preview.tsx'
import { type DeviceLists, useDevices } from './use-devices.ts'

export function DeviceSettings({ devices }: { readonly devices: Devices }) {
  const app = useApp()
  const { t } = useTongue()
  const [lists, look] = useDevices()
  const choose = (change: Partial<Devices>): void => {
    app.prefer({ devices: { ...devices, ...change } })
  }
  const choice = (label: string, kind: keyof DeviceLists) => (
    <Choice
      label={label}
      value={lists[kind].some(({ deviceId }) => deviceId === devices[kind]) ? (devices[kind] ?? '') : ''}
      options={[
        { value: '', text: t.settings.systemDevice },
        ...lists[kind].map(({ deviceId, label: name }, index) => ({
          value: deviceId,
          text: name === '' ? `${label} ${index + 1}` : name,
        })),
      ]}
      onChoose={(value) => {
        choose({ [kind]: value === '' ? undefined : value })
      }}
    />
  )
  return (
    <section aria-labelledby="devices-title">
      <h3 id="devices-title">{t.settings.devices}</h3>
      <Preview devices={devices} onOpen={look} />
      <div class="two">
        {choice(t.settings.microphone, 'microphone')}
        {choice(t.settings.camera, 'camera')}
        {lists.speaker.length > 0 && choice(t.settings.speaker, 'speaker')}
      </div>
    </section>
  )
}
