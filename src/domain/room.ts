import type { RoomId, SessionId, UserId } from './ids.ts'
import { err, ok, type Result } from './result.ts'
import { LeaveReason, type MemberEvent, type RoomTransition, roomTransitions } from './room-table.ts'
import type { User } from './user.ts'

/** Somebody in a room. */
export interface Member {
  readonly user: User
  /** By which of its sessions it is there. */
  readonly session: SessionId
  readonly nickname: string
  readonly audioMuted: boolean
  readonly videoMuted: boolean
  /** Of its connection to the server; its media may go on all the same. */
  readonly state: 'connected' | 'reconnecting'
  /** In a room with an SFU. */
  readonly voice?: Voice | undefined
}

export type MediaKind = 'audio' | 'video'

/** What the SFU has of a member. */
interface Voice {
  /** The name of the connection by which its media arrive; absent where none do. */
  readonly stream?: string | undefined
  /** What is not passed on because the owner of the room wants it so. */
  readonly muted?: readonly MediaKind[] | undefined
}

/** What a member changes of itself; what is absent stays. */
export interface MemberChange {
  readonly nickname?: string | undefined
  readonly audioMuted?: boolean | undefined
  readonly videoMuted?: boolean | undefined
}

/** Lets one user into a room, as often as it likes, until it expires. */
export interface Invite {
  readonly code: string
  readonly to: UserId
  readonly expiresAt: number
}

/** A call of many. Instants are monotonic milliseconds. */
export interface Room {
  readonly id: RoomId
  readonly name: string
  readonly maxMembers: number
  readonly inviteOnly: boolean
  /** `sfu`: each sends its media once, to a server that sends them on. Absent of a mesh, in which each sends them to each other. */
  readonly mode?: 'sfu' | undefined
  /** The one who made it; a permanent room belongs to nobody. */
  readonly owner?: UserId | undefined
  /** Of a room that is not permanent: another one where it is made again under the same id. */
  readonly life?: string | undefined
  /** In the order in which they came. */
  readonly members: readonly Member[]
  /** The latest last. */
  readonly invites: readonly Invite[]
  /** Since when nobody is in it. */
  readonly emptySince?: number | undefined
}

export type RoomEvent =
  | {
      readonly kind: 'join'
      readonly user: User
      readonly session: SessionId
      readonly nickname: string
      readonly invite: string | undefined
      readonly at: number
    }
  | { readonly kind: 'update'; readonly by: UserId; readonly change: MemberChange; readonly at: number }
  /** Its media arrive at the SFU, or none do any more. */
  | { readonly kind: 'voice'; readonly by: UserId; readonly stream: string | undefined; readonly at: number }
  | {
      readonly kind: 'lose' | 'return' | 'leave' | 'end_session'
      readonly by: UserId
      readonly at: number
    }
  /** `by`: undefined where the server does it. */
  | {
      readonly kind: 'remove'
      readonly by: UserId | undefined
      readonly member: UserId
      readonly at: number
    }
  /** The member's media of that kind are not passed on any more, or are again. */
  | {
      readonly kind: 'mute'
      readonly by: UserId | undefined
      readonly member: UserId
      readonly media: MediaKind
      readonly on: boolean
      readonly at: number
    }
  | { readonly kind: 'close'; readonly by: UserId | undefined; readonly at: number }

/** The next room, and who must be told what. */
export interface RoomDecision {
  readonly room: Room
  /** What the others are told, and of whom. */
  readonly news: { readonly event: MemberEvent; readonly member: Member } | undefined
  readonly leaving: readonly Leaving[]
}

interface Leaving {
  readonly member: Member
  readonly reason: LeaveReason
  /** It is told so itself: its session goes on. */
  readonly isTold: boolean
}

export type RoomFault = 'room_full' | 'invite_required' | 'not_room_member' | 'not_room_owner'

/** Applies the table. A user who is in a room already does not join it again: whoever asks has looked. */
export function decideRoom(room: Room, event: RoomEvent): Result<RoomDecision, RoomFault> {
  const { by, leaves, others }: RoomTransition = roomTransitions[event.kind]
  if (by === 'owner' && event.kind !== 'join' && event.by !== undefined && event.by !== room.owner)
    return err('not_room_owner')
  if (event.kind === 'join') return join(room, event)
  if (leaves?.who === 'all') return ok(goodbye(room, room.members, leaves, event.at, undefined))
  const member = memberOf(room, event.kind === 'remove' || event.kind === 'mute' ? event.member : event.by)
  if (member === undefined) return err('not_room_member')
  if (leaves !== undefined) return ok(goodbye(room, [member], leaves, event.at, others))
  const changed = change(member, event)
  const members = room.members.map((other) => (other === member ? changed : other))
  return ok({ room: { ...room, members }, news: news(others, changed), leaving: [] })
}

export function memberOf(room: Room, user: UserId | undefined): Member | undefined {
  return room.members.find((member) => member.user.id === user)
}

/** An empty room of somebody's is over after the delay; a permanent one is also kept by who may still come. */
export function isOver(
  { owner, invites, emptySince }: Room,
  { at, delayMs }: { readonly at: number; readonly delayMs: number },
): boolean {
  if (emptySince === undefined || at - emptySince < delayMs) return false
  return owner !== undefined || invites.every(({ expiresAt }) => expiresAt <= at)
}

/** Whether the user has been asked in, and may still come. */
export function isInvited({ invites }: Room, user: UserId, at: number, code?: string): boolean {
  return invites.some(
    (invite) => invite.to === user && invite.expiresAt > at && (code === undefined || invite.code === code),
  )
}

function join(room: Room, event: Extract<RoomEvent, { kind: 'join' }>): Result<RoomDecision, RoomFault> {
  const { user, session, nickname, invite, at } = event
  if (room.inviteOnly && room.owner !== user.id && !isInvited(room, user.id, at, invite ?? ''))
    return err('invite_required')
  if (room.members.length >= room.maxMembers) return err('room_full')
  const member: Member = {
    user,
    session,
    nickname,
    audioMuted: false,
    videoMuted: false,
    state: 'connected',
    ...(room.mode === 'sfu' && { voice: {} }),
  }
  const next = { ...room, members: [...room.members, member], emptySince: undefined }
  return ok({ room: next, news: { event: 'joined', member }, leaving: [] })
}

function goodbye(
  room: Room,
  who: readonly Member[],
  { reason, isTold }: NonNullable<RoomTransition['leaves']>,
  at: number,
  others: MemberEvent | undefined,
): RoomDecision {
  const members = room.members.filter((member) => !who.includes(member))
  const emptySince = members.length === 0 ? (room.emptySince ?? at) : undefined
  // Who was removed needs to be asked in again.
  const invites = room.invites.filter(({ to }) => reason !== LeaveReason.removed || to !== who[0]?.user.id)
  return {
    room: { ...room, members, invites, emptySince },
    news: news(others, who[0]),
    leaving: who.map((member) => ({ member, reason, isTold })),
  }
}

function news(event: MemberEvent | undefined, member: Member | undefined): RoomDecision['news'] {
  return event === undefined || member === undefined ? undefined : { event, member }
}

function change(member: Member, event: RoomEvent): Member {
  if (event.kind === 'lose') return { ...member, state: 'reconnecting' }
  if (event.kind === 'return') return { ...member, state: 'connected' }
  if (event.kind === 'voice') return { ...member, voice: { ...member.voice, stream: event.stream } }
  if (event.kind === 'mute') {
    const { media, on } = event
    const others = member.voice?.muted?.filter((kind) => kind !== media) ?? []
    return { ...member, voice: { ...member.voice, muted: on ? [...others, media] : others } }
  }
  if (event.kind !== 'update') return member
  const { nickname, audioMuted, videoMuted } = event.change
  return {
    ...member,
    nickname: nickname ?? member.nickname,
    audioMuted: audioMuted ?? member.audioMuted,
    videoMuted: videoMuted ?? member.videoMuted,
  }
}
