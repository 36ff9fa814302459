import type { Guests } from '../../application/ports/guests.ts'
import type { CommitLog } from '../../application/ports/session-journal.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { RoomId } from '../../domain/ids.ts'
import type { Member, Room } from '../../domain/room.ts'
import { shiftedRoom } from './shifted.ts'

interface Deps {
  readonly clock: Clock
  readonly log: CommitLog
  readonly guests: Pick<Guests, 'isGuest'> | undefined
}

/** The rooms as they are taken down for a later run: a member at a time, because a room may have many. */
export class KeptRooms {
  readonly #deps: Deps
  readonly #rooms = new Map<RoomId, Room>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  get ids(): readonly RoomId[] {
    return [...this.#rooms.keys()]
  }

  /** Something of the room itself is different. */
  put(room: Room): void {
    this.#rooms.set(room.id, room)
    this.#writeRoom(room, this.#deps.log)
  }

  /** Of a member that is new, or different. */
  putMember(room: Room, member: Member): void {
    const before = this.#rooms.get(room.id)
    if (before === undefined || before.emptySince !== room.emptySince) this.put(room)
    this.#rooms.set(room.id, room)
    this.#writeMember(room, member, this.#deps.log)
  }

  dropMember(room: Room, { user }: Member): void {
    this.#rooms.set(room.id, room)
    this.#deps.log.changed({ kind: 'room-member-left', room: room.id, user: user.id })
  }

  drop(id: RoomId): void {
    if (this.#rooms.delete(id)) this.#deps.log.changed({ kind: 'room-ended', id })
  }

  /** As it is now, if it is still there. */
  write(id: RoomId, log: CommitLog): void {
    const room = this.#rooms.get(id)
    if (room === undefined) return
    this.#writeRoom(room, log)
    for (const member of room.members) this.#writeMember(room, member, log)
  }

  /** Of a guest the id alone, so that the others can be told that it is gone (GUEST-4). */
  #writeMember({ id: room }: Room, member: Member, log: CommitLog): void {
    const { id } = member.user
    const isGuest = this.#deps.guests?.isGuest(id) === true
    const written = isGuest ? { ...member, user: { id, username: '' }, nickname: '' } : member
    log.changed({ kind: 'room-member', room, member: written })
  }

  #writeRoom(room: Room, log: CommitLog): void {
    const { clock } = this.#deps
    const { members: _, ...record } = shiftedRoom(room, clock.wallMs() - clock.monotonicMs())
    log.changed({ kind: 'room', room: record })
  }
}
