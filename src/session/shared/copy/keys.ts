import type { RoomId, UserId } from '../../../domain/ids.ts'

/**
 * What has a version of its own: a user, with its sessions, its call, its presence and the room that it is in; and a room,
 * with its members. Whatever decides about one of them reads its version, and whatever changes it gives it a new one.
 */
export function userKey(user: UserId): string {
  return `u:${user}`
}

export function roomKey(room: RoomId): string {
  return `r:${room}`
}
