import { later } from './parts/later.tsx'

const call = later(async () => (await import('./call/call-screen.tsx')).CallScreen)
const incoming = later(async () => (await import('./call/incoming-call.tsx')).IncomingCall)
const settings = later(async () => (await import('./settings/settings-dialog.tsx')).SettingsDialog)
const room = later(async () => (await import('./rooms/room-screen.tsx')).RoomScreen)

const rooms = later(async () => (await import('./rooms/rooms-panel.tsx')).RoomsPanel)
const invitations = later(async () => (await import('./rooms/invitations.tsx')).Invitations)
const talk = later(async () => (await import('./messages/talk.tsx')).Talk)
const conversations = later(
  async () => (await import('./messages/conversations-panel.tsx')).ConversationsPanel,
)

export const CallScreen = call.View
export const IncomingCall = incoming.View
export const SettingsDialog = settings.View
export const RoomScreen = room.View
export const RoomsPanel = rooms.View
export const Invitations = invitations.View
export const Talk = talk.View
export const ConversationsPanel = conversations.View

/** So that none of them has to be waited for. */
export function loadViewsSoon(): void {
  for (const { soon } of [incoming, call, settings, room, invitations]) soon()
}
