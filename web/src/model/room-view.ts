import type { MediaState } from 'roomrtc-client/media'
import type { Invitation, ListedRoom, Member, OwnState } from 'roomrtc-client/rooms'
import type { CallKind, OwnMedia } from './call-view.ts'

/** How somebody comes into a room. */
export interface Entry {
  readonly id: string
  readonly nickname: string
  readonly kind: CallKind
  /** That of an invitation. */
  readonly invite: string | undefined
}

/** A room as it is on the screen. */
export interface RoomView {
  readonly id: string
  readonly name: string
  readonly maxMembers: number
  readonly inviteOnly: boolean
  /** Whether one has made it: who has may remove members and close it. */
  readonly isOwner: boolean
  /** undefined until the server has let one in. */
  readonly own: OwnState | undefined
  readonly ownMedia: OwnMedia
  readonly members: readonly MemberView[]
  /** The latest that has become of another member, to be read out. */
  readonly news: RoomNews | undefined
}

export interface MemberView extends Omit<Member, 'offers'> {
  readonly stream: MediaStream | undefined
  readonly link: MediaState['name']
}

export interface RoomNews {
  readonly event: 'joined' | 'left' | 'removed' | 'reconnecting' | 'connected'
  readonly nickname: string
}

/** What there is besides people; undefined where the server has no rooms. */
export type RoomList = { readonly rooms: readonly ListedRoom[]; readonly more: boolean } | undefined

/** Before the server has answered. */
export function entering({ id }: Entry): RoomView {
  return {
    ...{ id, name: id, maxMembers: 0, inviteOnly: false, isOwner: false },
    ...{ own: undefined, ownMedia: { stream: undefined, trouble: undefined }, members: [], news: undefined },
  }
}

/** The latest last; a newer one to the same room takes the place of the older one. */
export function withInvitation(
  invitations: readonly Invitation[],
  invitation: Invitation,
): readonly Invitation[] {
  return [...withoutInvitation(invitations, invitation.room.id), invitation].slice(-MOST_INVITATIONS)
}

export function withoutInvitation(invitations: readonly Invitation[], room: string): readonly Invitation[] {
  return invitations.filter((other) => other.room.id !== room)
}

const MOST_INVITATIONS = 3
const MOST_LETTERS = 64

/** Of what a person has typed: `Café am Eck` is `Cafe-am-Eck`. Empty where no letter of it can stand in an id. */
export function roomIdOf(typed: string): string {
  const plain = typed.normalize('NFD').replaceAll(/\p{M}/gu, '').trim()
  return plain
    .replaceAll(/\s+/g, '-')
    .replaceAll(/[^\w-]/g, '')
    .slice(0, MOST_LETTERS)
}

/** The room to which a link leads: what stands behind its `#`. */
export function roomInHash(hash: string): string | undefined {
  return /^#room=([\w-]{1,64})$/.exec(hash)?.[1]
}

export function hashOfRoom(id: string): string {
  return `#room=${id}`
}

/** How many columns so many pictures stand in: as many as rows, or one more. */
export function columnsFor(pictures: number): 1 | 2 | 3 | 4 {
  if (pictures <= 1) return 1
  if (pictures <= 4) return 2
  return pictures <= 9 ? 3 : 4
}
