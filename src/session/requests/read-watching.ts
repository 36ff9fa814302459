import { wholeRoomId } from '../../application/room/room-rules.ts'
import { parseUserId, type RoomId, type UserId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Watching } from '../../domain/watching.ts'
import type { Capability } from '../../protocol/capabilities.ts'
import type { WatchRequest } from '../../protocol/messages/watch.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'

interface Rules {
  readonly capabilities: ReadonlySet<Capability>
  /** How many users and rooms together. */
  readonly max: number
  /** What stands before the ids of rooms. */
  readonly roomLabel: string
}

/** From the words of the wire to ours: each id once (WATCH-3). */
export function readWatching(
  { user_ids: userIds = [], room_ids: roomIds = [], all = false }: WatchRequest,
  { capabilities, max, roomLabel }: Rules,
): Result<Watching, WireRefusal> {
  if (roomIds.length > 0 && !capabilities.has('rooms')) {
    const detail = 'WATCH: "room_ids" needs the capability "rooms", to be agreed on in HELLO'
    return err({ reason: 'not_negotiated', detail })
  }
  const users = new Set<UserId>()
  for (const text of userIds) {
    const id = parseUserId(text)
    if (id === undefined) return invalid('"user_ids" holds what is no id')
    users.add(id)
  }
  const rooms = new Set<RoomId>()
  for (const text of roomIds) {
    const id = wholeRoomId(roomLabel, text)
    if (id === undefined) return err({ reason: RefusalReason.invalidRoomId })
    rooms.add(id)
  }
  if (users.size + rooms.size > max) return invalid(`at most ${max} users and rooms can be watched`)
  return ok({ users: all ? 'everybody' : [...users], rooms: [...rooms] })
}

function invalid(what: string): Result<never, WireRefusal> {
  return err({ reason: 'invalid_field', detail: `WATCH: ${what}` })
}
