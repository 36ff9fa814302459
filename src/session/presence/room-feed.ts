import { maySeeRoom } from '../../application/room/may-see-room.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import type { RoomId } from '../../domain/ids.ts'
import type { Room } from '../../domain/room.ts'
import { encodeMessage } from '../../protocol/codec/encode-message.ts'
import { presentWatchedRoom } from '../delivery/present/present-watched.ts'
import type { Session } from '../session.ts'
import type { Audience } from './audience.ts'

interface Deps {
  readonly audience: Pick<Audience, 'rooms'>
  /** A permanent room as it is when nobody has anything to do with it. */
  readonly roomAtRest: (id: RoomId) => Room | undefined
  readonly pause: Pause
  readonly clock: Clock
  /** How long further changes of a room are gathered; 0 is not at all. */
  readonly windowMs: number
  /** Aborted when the daemon stops. */
  readonly ended: AbortSignal
}

/** Tells those who watch a room how many are in it (WATCH-4). */
export interface RoomFeed {
  changed(room: Room): void
  ended(id: RoomId): void
  /** What waits of these is told at once, but to this session, which is about to be sent all of it. */
  settle(ids: readonly RoomId[], except: Session): void
}

/** A room's change leaves at once. What comes within the window after it leaves as that ends: the last state of all. */
export function makeRoomFeed({ audience, roomAtRest, pause, clock, windowMs, ended }: Deps): RoomFeed {
  /** As those who watch have been told, or would have been. */
  const told = new Map<RoomId, Room>()
  const windows = new Set<RoomId>()
  const waiting = new Map<RoomId, Room | undefined>()

  return {
    changed(room) {
      take(room.id, room)
    },
    ended(id) {
      take(id, roomAtRest(id))
    },
    settle(ids, except) {
      for (const id of ids) if (waiting.has(id)) tell(id, waiting.get(id), except)
    },
  }

  function take(id: RoomId, room: Room | undefined): void {
    if (windows.has(id)) {
      waiting.set(id, room)
      return
    }
    tell(id, room)
    if (windowMs > 0 && audience.rooms.countOf(id) > 0) void keepWindow(id)
  }

  async function keepWindow(id: RoomId): Promise<void> {
    windows.add(id)
    do {
      await pause(windowMs, ended)
      if (!waiting.has(id)) break
      tell(id, waiting.get(id))
    } while (!ended.aborted)
    windows.delete(id)
  }

  function tell(id: RoomId, room: Room | undefined, except?: Session): void {
    const before = told.get(id) ?? roomAtRest(id)
    waiting.delete(id)
    if (room === undefined) told.delete(id)
    else told.set(id, room)
    const now = clock.monotonicMs()
    let shown: Buffer | undefined
    let gone: Buffer | undefined
    for (const session of audience.rooms.of(id)) {
      const { user, endpoint } = session
      if (session === except || endpoint === undefined) continue
      if (room !== undefined && maySeeRoom(room, user.id, now)) {
        // Who has just been asked in has not seen it before.
        if (room.inviteOnly || before?.members.length !== room.members.length)
          endpoint.tellRoom(id, (shown ??= encoded({ id, room: { ...room, members: room.members.length } })))
      } else if (before !== undefined && maySeeRoom(before, user.id, EVER)) {
        endpoint.tellRoom(id, (gone ??= encoded({ id, room: undefined })))
      }
    }
  }
}

/** Whether somebody was asked in at all: it may have seen the room, and may not any more. Nobody else is told anything. */
const EVER = -Infinity

function encoded(room: Parameters<typeof presentWatchedRoom>[0]): Buffer {
  return encodeMessage({ type: 'WATCHED_ROOM', payload: presentWatchedRoom(room) })
}
