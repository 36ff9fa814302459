import type { ListedRoom, RoomEffect, RoomView } from '../../../application/room/room-effect.ts'
import type { Member } from '../../../domain/room.ts'
import type { ServerMessage } from '../../../protocol/message-table.ts'
import type { WireMember, WireRoom } from '../../../protocol/messages/room.ts'

type Told = Extract<
  RoomEffect,
  { readonly kind: 'room-news' | 'room-goodbye' | 'room-muted' | 'room-invitation' }
>

/** What somebody is told of a room, in the words of the wire. */
export function presentRoomNews(effect: Told): ServerMessage {
  switch (effect.kind) {
    case 'room-news': {
      const { room: room_id, event, member, reason } = effect
      const payload = { room_id, event, member: presentMember(member) }
      return { type: 'ROOM_MEMBER', payload: reason === undefined ? payload : { ...payload, reason } }
    }
    case 'room-goodbye':
      return { type: 'ROOM_LEFT', payload: { room_id: effect.room, reason: effect.reason } }
    case 'room-muted': {
      const { room: room_id, media: kind, on: muted } = effect
      return { type: 'SFU_MUTED', payload: { room_id, kind, muted } }
    }
    case 'room-invitation': {
      const { room, from, invite, expiresInMs: expires_in_ms } = effect
      const payload = {
        room_id: room.id,
        name: room.name,
        from_user_id: from.id,
        from_username: from.username,
      }
      return { type: 'ROOM_INVITED', payload: { ...payload, invite, expires_in_ms } }
    }
  }
  effect satisfies never
}

export function presentRoom({ room, others }: RoomView): WireRoom {
  const { id, name, mode = 'mesh', maxMembers, inviteOnly, owner } = room
  return {
    room_id: id,
    name,
    mode,
    max_members: maxMembers,
    invite_only: inviteOnly,
    members: others.map(presentMember),
    ...(owner !== undefined && { owner_user_id: owner }),
  }
}

export function presentRoomList(
  rooms: readonly ListedRoom[],
  nextCursor: string | undefined,
): Extract<ServerMessage, { type: 'ROOM_LIST' }> {
  const list = rooms.map(({ id: room_id, name, maxMembers, inviteOnly, members }) => {
    return { room_id, name, max_members: maxMembers, invite_only: inviteOnly, members }
  })
  const next = nextCursor === undefined ? {} : { next_cursor: nextCursor }
  return { type: 'ROOM_LIST', payload: { rooms: list, ...next } }
}

export function presentMember(member: Member): WireMember {
  const { user, nickname, audioMuted, videoMuted, state, voice } = member
  return {
    user_id: user.id,
    username: user.username,
    nickname,
    audio_muted: audioMuted,
    video_muted: videoMuted,
    state,
    ...(voice && { connected_to_voice: voice.stream !== undefined }),
    ...(voice?.stream !== undefined && { stream_id: voice.stream }),
    ...(voice?.muted !== undefined && voice.muted.length > 0 && { muted_by_owner: [...voice.muted] }),
  }
}
