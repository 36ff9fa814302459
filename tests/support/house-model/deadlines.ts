import { RING_MS, ringOut } from './call-rules.ts'
import type { Model } from './model.ts'
import { type Reason, sendOff } from './post.ts'
import { endSession, lose, WINDOW_MS } from './session-rules.ts'

const LOGIN_MS = 10_000
const SILENCE_MS = 60_000

interface Deadline {
  readonly at: number
  readonly happen: () => void
}

/** The next thing that time alone brings about: TIME-1, BEAT-2, CALL-7, RESUME-7. No two are due at one instant. */
export function nextDeadline(model: Model): Deadline | undefined {
  const deadlines: Deadline[] = []
  for (const connection of model.connections) {
    const end = (reason: Reason) => () => {
      sendOff(connection, reason)
      lose(model, connection)
    }
    const { open, introduced, openedAt, promisesHeartbeats, heardAt } = connection
    if (!open) continue
    if (!introduced) deadlines.push({ at: openedAt + LOGIN_MS, happen: end('login_timeout') })
    else if (promisesHeartbeats) deadlines.push({ at: heardAt + SILENCE_MS, happen: end('session_timeout') })
  }
  for (const call of model.calls) {
    if (call.phase !== 'ringing') continue
    deadlines.push({
      at: call.since + RING_MS,
      happen: () => {
        ringOut(model, call)
      },
    })
  }
  for (const session of model.sessions.values()) {
    if (session.lostAt === undefined) continue
    deadlines.push({
      at: session.lostAt + WINDOW_MS,
      happen: () => {
        endSession(model, session, 'peer_disconnected')
      },
    })
  }
  return deadlines.sort((a, b) => a.at - b.at)[0]
}
