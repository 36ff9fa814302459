import { later } from './parts/later.tsx'

const settings = later(async () => (await import('./settings/settings-dialog.tsx')).SettingsDialog)
const room = later(async () => (await import('./rooms/room-screen.tsx')).RoomScreen)
const transfer = later(async () => (await import('./call/transfer-dialog.tsx')).TransferDialog)

export const SettingsDialog = settings.View
export const RoomScreen = room.View
export const TransferDialog = transfer.View

/** So that none of them has to be waited for. */
export function loadViewsSoon(): void {
  for (const { soon } of [settings, room, transfer]) soon()
}
