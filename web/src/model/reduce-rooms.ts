import type { RoomAction } from './action.ts'
import { withInvitation, withoutInvitation } from './room-view.ts'
import type { RoomsState } from './state.ts'

export const noRooms: RoomsState = { list: undefined, room: undefined, speaking: new Set(), invitations: [] }

export function reduceRooms(rooms: RoomsState, action: RoomAction): RoomsState {
  switch (action.type) {
    case 'rooms':
      return { ...rooms, list: action.rooms }
    case 'room':
      return { ...rooms, room: action.room, ...(action.room === undefined && { speaking: noRooms.speaking }) }
    case 'speaking':
      return { ...rooms, speaking: action.ids }
    case 'invited':
      return { ...rooms, invitations: withInvitation(rooms.invitations, action.invitation) }
    case 'invitation_over':
      return { ...rooms, invitations: withoutInvitation(rooms.invitations, action.room) }
  }
}
