import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { parseSessionId, parseUserId } from '../../../src/domain/ids.ts'
import type { Dump } from '../../../src/application/ports/session-journal.ts'
import { createSessionJournal } from '../../../src/infrastructure/journal/session-journal.ts'
import { createLogger } from '../../../src/infrastructure/log/logger.ts'
import { systemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { userId, userName } from '../../shared/users.ts'

/**
 * Writes sessions.journal with a session for each user that waits for its client. A login then takes the place of that
 * session, and the user, who was Available before, stays so: nobody is told. Without this, 9,000 logins would be told 40
 * million times before a row about something else could begin.
 */
export async function writeWaitingSessions(directory: string, count: number): Promise<void> {
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
      to.changed({
        kind: 'session',
        session: n + 1,
        id: known(parseSessionId(randomUUID())),
        user: { id: known(parseUserId(userId(n))), username: userName(n) },
        capabilities: ['resume'],
        tokens: { current: randomUUID() },
        received: 0,
        nextSeq: 1,
        detachedSince,
      })
      yield
    }
  }
  await journal.begin(dump)
  await journal.close(dump)
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('an id of ours is not valid')
  return value
}
