import { later } from './parts/later.tsx'

const call = later(async () => (await import('./call/call-screen.tsx')).CallScreen)
const settings = later(async () => (await import('./settings/settings-dialog.tsx')).SettingsDialog)
const room = later(async () => (await import('./rooms/room-screen.tsx')).RoomScreen)

export const CallScreen = call.View
export const SettingsDialog = settings.View
export const RoomScreen = room.View

/** So that none of them has to be waited for. */
export function loadViewsSoon(): void {
  for (const { soon } of [call, settings, room]) soon()
}
