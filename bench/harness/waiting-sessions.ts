import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { parseSessionId, parseUserId } from '../../src/domain/ids.ts'
import { createSessionsFile } from '../../src/infrastructure/sessions-file.ts'
import { createLogger } from '../../src/infrastructure/logger.ts'
import { systemClock } from '../../src/infrastructure/system-clock.ts'
import { userId, userName } from '../shared/users.ts'

/**
 * Writes sessions.jsonl with a session for each user that waits for its client. A login then takes the place of that
 * session, and the user, who was Available before, stays so: nobody is told. Without this, 9,000 logins would be told 40
 * million times before a row about something else could begin.
 */
export async function writeWaitingSessions(directory: string, count: number): Promise<void> {
  const { log } = createLogger({ level: 'warn', console: true, filePath: undefined, pretty: false })
  const path = join(directory, 'sessions.jsonl')
  const archive = createSessionsFile({ path, maxAgeMs: 600_000, clock: systemClock, log })
  const detachedSince = systemClock.wallMs()
  const sessions = Array.from({ length: count }, (_, n) => ({
    id: known(parseSessionId(randomUUID())),
    user: { id: known(parseUserId(userId(n))), username: userName(n) },
    detachedSince,
    capabilities: ['resume'],
    tokens: { current: randomUUID() },
    received: 0,
    outbox: { firstSeq: 1, messages: [] },
  }))
  await archive.save({ sessions, calls: [] })
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('an id of ours is not valid')
  return value
}
