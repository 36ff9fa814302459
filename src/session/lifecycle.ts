import type { SessionEnd } from '../application/effect.ts'
import type { Guests } from '../application/ports/guests.ts'
import type { Clock } from '../application/ports/system/clock.ts'
import type { Log } from '../application/ports/system/log.ts'
import type { SessionId, UserId } from '../domain/ids.ts'
import type { User } from '../domain/user.ts'
import type { ErrorReason } from '../protocol/error-reasons.ts'
import type { MakeResumption } from './resumption/make-resumption.ts'
import type { Registry } from './registry.ts'
import type { Resumption } from './resumption/resumption.ts'
import { type PostOffice, type Reach, Session } from './session.ts'
import type { TokenTable } from './resumption/token-table.ts'

interface Deps {
  readonly registry: Registry
  readonly tokens: TokenTable
  readonly makeResumption: MakeResumption
  /** Where several nodes share sessions. */
  readonly office: PostOffice | undefined
  readonly guests: Guests | undefined
  /** Its last session has ended. */
  readonly guestLeft: (guest: UserId) => void
  readonly clock: Clock
  readonly log: Log
}

/** The life of sessions: how each gets, loses and regains a connection, and ends. */
export interface Lifecycle {
  open(id: SessionId, user: User, endpoint: Reach): void
  detach(id: SessionId): void
  /** `found`: what it needs to go on here, where another node had it. */
  attach(id: SessionId, endpoint: Reach, found?: Resumption): void
  end(id: SessionId, cause: SessionEnd): void
}

export const TOKEN_FAULT = {
  disconnect: 'expired',
  replace: 'replaced',
  log_out: 'unknown',
  // Its client asks the person before it logs in again.
  log_out_device: 'replaced',
  end_session: 'unknown',
  account_changed: 'unknown',
  lost: 'expired',
} as const

/** What a connection is told whose session ends without its asking. */
const LAST_WORD: Partial<Record<SessionEnd, ErrorReason>> = {
  replace: 'session_replaced',
  log_out_device: 'logged_out_elsewhere',
  end_session: 'session_ended_by_administrator',
  account_changed: 'account_changed',
  lost: 'storage_unavailable',
}

export function makeLifecycle({
  registry,
  tokens,
  makeResumption,
  office,
  guests,
  guestLeft,
  clock,
  log,
}: Deps): Lifecycle {
  return {
    open(id, user, endpoint) {
      const { capabilities, client, transport } = endpoint
      const device = { client, transport, since: clock.wallMs() }
      const resumption = capabilities.has('resume')
        ? makeResumption({ id, user, device, capabilities })
        : undefined
      const session = new Session({ id, user, device }, capabilities, resumption, office)
      session.endpoint = endpoint
      registry.add(session)
      guests?.arrived(user.id)
      endpoint.bind(session)
      log.info({ conn: endpoint.id, user: user.id }, 'logged in')
    },

    detach(id) {
      const session = registry.get(id)
      if (session?.elsewhere !== undefined) session.elsewhere = { connected: false }
      if (session?.endpoint === undefined) return
      log.info({ conn: session.endpoint.id, user: session.user.id }, 'session waits for its client')
      session.endpoint = undefined
      session.forgetWaiting()
      session.resumption?.detached(clock.monotonicMs(), clock.wallMs())
    },

    attach(id, endpoint, found) {
      const session = registry.get(id)
      if (session === undefined) throw new Error('a session that is there is registered')
      if (session.elsewhere !== undefined) {
        session.elsewhere = undefined
        session.resumption = found
        registry.settle(session)
        tokens.adopt(session)
      }
      const old = session.endpoint
      session.endpoint = endpoint
      session.device = { ...session.device, client: endpoint.client, transport: endpoint.transport }
      session.forgetWaiting()
      session.resumption?.attached()
      endpoint.negotiate(session.capabilities)
      old?.fail({ reason: 'session_resumed' })
      old?.bind(undefined)
      endpoint.bind(session)
      log.info({ conn: endpoint.id, user: session.user.id }, 'session resumed')
    },

    end(id, cause) {
      const session = registry.remove(id)
      if (session === undefined) return
      session.ended = true
      session.resumption?.ended()
      tokens.end(session, TOKEN_FAULT[cause])
      const { endpoint, user } = session
      log.info({ conn: endpoint?.id, user: user.id, cause }, 'session ended')
      const reason = LAST_WORD[cause]
      if (reason !== undefined) endpoint?.fail({ reason })
      endpoint?.bind(undefined)
      if (registry.ofUser(user.id).length > 0) return
      if (guests?.isGuest(user.id) === true) guestLeft(user.id)
      guests?.left(user.id)
    },
  }
}
