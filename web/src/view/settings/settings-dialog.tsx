import type { Preferences } from '../../model/preferences.ts'
import type { Screen } from '../../model/state.ts'
import '../../style/settings.css'
import { useApp, useTongue } from '../context.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { Modal } from '../parts/modal.tsx'
import { AccountSettings } from './account-settings.tsx'
import { AppearanceSettings } from './appearance-settings.tsx'
import { CallSettings } from './call-settings.tsx'
import { DeviceSettings } from './device-settings.tsx'
import { SignedInDevices } from './signed-in-devices.tsx'

interface Props {
  readonly preferences: Preferences
  readonly screen: Screen
}

export function SettingsDialog({ preferences, screen }: Props) {
  const app = useApp()
  const { t } = useTongue()
  const close = (): void => {
    app.store.dispatch({ type: 'settings', isOpen: false })
  }
  const hasAccount = screen.name === 'inside' && !screen.isGuest
  const isInCall = screen.name === 'inside' && screen.call !== undefined
  return (
    <Modal class="settings" labelledBy="settings-title" onEscape={close}>
      <header class="modal-head">
        <h2 id="settings-title">{t.settings.title}</h2>
        <IconButton icon="close" label={t.close} onClick={close} />
      </header>
      <div class="settings-body">
        <DeviceSettings devices={preferences.devices} />
        <CallSettings preferences={preferences} hasAccount={hasAccount} />
        <AppearanceSettings preferences={preferences} />
        {hasAccount && <SignedInDevices />}
        {hasAccount && !isInCall && <AccountSettings />}
      </div>
    </Modal>
  )
}
