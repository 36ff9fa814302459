import type { Effect } from '../../application/effect.ts'
import type { Tx } from '../../application/ports/transaction.ts'
import type { UseCases } from '../../application/use-cases.ts'
import { setState } from '../../application/user/set-state.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Room } from '../../domain/room.ts'
import { UserState } from '../../domain/user-state.ts'
import type { Registry } from '../registry.ts'

interface Deps {
  readonly registry: Registry
  readonly useCases: Pick<UseCases, 'actInRoom' | 'affectRoomOf'>
  /** Whether rooms may have an SFU. */
  readonly hasSfu: boolean
}

/**
 * Takes up the rooms that an earlier run left, after sessions and calls. Whoever cannot come back leaves them, and who
 * stays finds that in its outbox.
 */
export type RestoreRooms = (tx: Tx, rooms: readonly Room[]) => Promise<readonly Effect[]>

export function makeRestoreRooms({ registry, useCases, hasSfu }: Deps): RestoreRooms {
  return async (tx, rooms) => {
    const effects: Effect[] = []
    const placed = new Set<UserId>()
    for (const left of rooms) {
      const members = []
      for (const member of left.members) {
        const { id } = member.user
        // Nobody is in two rooms, or in a room and a call, whatever the file says.
        if (placed.has(id) || (await tx.calls.liveCallOf(id)) !== undefined) continue
        placed.add(id)
        const voice = member.voice && { ...member.voice, stream: undefined }
        members.push({ ...member, state: 'reconnecting' as const, voice })
      }
      const room = { ...left, members }
      await tx.rooms.put(room)
      effects.push({ kind: 'room-changed', room })
      for (const member of members) effects.push({ kind: 'room-entered', room, member })
      for (const { user, session } of members) {
        if (registry.get(session) !== undefined) await setState(tx, user, UserState.Busy)
        else effects.push(...(await useCases.affectRoomOf(tx, { user: user.id, session }, 'end_session')))
      }
      // As it was made it cannot go on, and nobody has agreed to anything else.
      if (room.mode === 'sfu' && !hasSfu) {
        const closed = await useCases.actInRoom(tx, undefined, room.id, { kind: 'close' })
        if (closed.ok) effects.push(...closed.value)
      }
    }
    return effects
  }
}
