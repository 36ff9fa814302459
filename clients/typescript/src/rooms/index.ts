export type { Member, Members } from './member.ts'
export type { OwnState, Room, RoomEndReason, RoomEvents, RoomState } from './room.ts'
export type {
  Invitation,
  JoinOptions,
  ListedRoom,
  PageOptions,
  RoomPage,
  Rooms,
  RoomsEvents,
} from './rooms.ts'
export type { RoomSfu, SfuEvents, SfuSignal, SfuState, SfuStream } from './sfu.ts'
export { roomsOf, withSfu } from './rooms-of.ts'
