import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { parseRoomId, parseSessionId, parseUserId } from '../../../src/domain/ids.ts'
import type { CommitLog, Dump } from '../../../src/application/ports/session-journal.ts'
import type { Member as RoomMember } from '../../../src/domain/room.ts'
import { createSessionJournal } from '../../../src/infrastructure/journal/session-journal.ts'
import { createLogger } from '../../../src/infrastructure/log/logger.ts'
import { systemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { randomTokens } from '../../../src/infrastructure/system/random-tokens.ts'
import { roomName, userId, userName, waitingToken } from '../../shared/users.ts'

/**
 * Writes sessions.journal with a session for each user that waits for its client. A login then takes the place of that
 * session, and the user, who was Available before, stays so: nobody is told. Without this, 9,000 logins would be told 40
 * million times before a row about something else could begin.
 *
 * `inRooms`: so many of them are in rooms of `roomSize`, and stay there when they resume (`waitingToken`). Had they to
 * enter, all would be told of each of them.
 */
export async function writeWaitingSessions(
  directory: string,
  count: number,
  { inRooms = 0, roomSize = 1 } = {},
): Promise<void> {
  const { log } = createLogger({ level: 'warn', console: true, filePath: undefined, pretty: false })
  const path = join(directory, 'sessions.journal')
  const journal = createSessionJournal({
    path,
    maxAgeMs: 600_000,
    survivesCrash: true,
    clock: systemClock,
    log,
  })
  const detachedSince = systemClock.wallMs()
  const dump: Dump = function* (to) {
    for (let n = 0; n < count; n++) {
      const session = known(parseSessionId(randomUUID()))
      const user = { id: known(parseUserId(userId(n))), username: userName(n) }
      to.changed({
        kind: 'session',
        session: n + 1,
        id: session,
        user,
        capabilities: ['resume', 'rooms'],
        tokens: { current: randomTokens.hash(waitingToken(n)) },
        received: 0,
        nextSeq: 1,
        detachedSince,
      })
      if (n < inRooms) putInRoom(to, { session, user }, Math.floor(n / roomSize), roomSize)
      yield
    }
  }
  await journal.begin(dump)
  await journal.close(dump)
}

function putInRoom(
  to: CommitLog,
  { session, user }: Pick<RoomMember, 'session' | 'user'>,
  room: number,
  maxMembers: number,
): void {
  const id = known(parseRoomId(roomName(room)))
  to.changed({
    kind: 'room',
    room: { id, name: id, maxMembers, inviteOnly: false, owner: user.id, invites: [] },
  })
  const seen = {
    nickname: user.username,
    audioMuted: false,
    videoMuted: false,
    state: 'reconnecting',
  } as const
  to.changed({ kind: 'room-member', room: id, member: { session, user, ...seen } })
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('an id of ours is not valid')
  return value
}
