import type { SessionEnd } from '../application/effect.ts'
import type { Log } from '../application/ports/log.ts'
import type { SessionId } from '../domain/ids.ts'
import type { User } from '../domain/user.ts'
import { Outbox, type OutboxLimits } from './outbox.ts'
import type { Registry } from './registry.ts'
import { type Reach, Session } from './session.ts'
import type { TokenTable } from './token-table.ts'

interface Deps {
  readonly registry: Registry
  readonly tokens: TokenTable
  readonly outboxLimits: OutboxLimits
  readonly log: Log
}

/** The life of sessions: how each gets, loses and regains a connection, and ends. */
export interface Lifecycle {
  open(id: SessionId, user: User, endpoint: Reach): void
  detach(id: SessionId): void
  attach(id: SessionId, endpoint: Reach): void
  end(id: SessionId, cause: SessionEnd): void
}

const TOKEN_FAULT = { disconnect: 'expired', replace: 'replaced', log_out: 'unknown' } as const

export function makeLifecycle({ registry, tokens, outboxLimits, log }: Deps): Lifecycle {
  return {
    open(id, user, endpoint) {
      const { capabilities } = endpoint
      const resumption = capabilities.has('resume')
        ? {
            outbox: new Outbox(outboxLimits),
            received: 0,
            tokens: { current: undefined, previous: undefined },
          }
        : undefined
      const session = new Session({ id, user }, capabilities, resumption)
      session.endpoint = endpoint
      registry.add(session)
      endpoint.bind(session)
      log.info({ conn: endpoint.id, user: user.id }, 'logged in')
    },

    detach(id) {
      const session = registry.get(id)
      if (session?.endpoint === undefined) return
      log.info({ conn: session.endpoint.id, user: session.user.id }, 'session waits for its client')
      session.endpoint = undefined
    },

    attach(id, endpoint) {
      const session = registry.get(id)
      if (session === undefined) throw new Error('a session that is there is registered')
      const old = session.endpoint
      session.endpoint = endpoint
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
      tokens.end(session, TOKEN_FAULT[cause])
      const { endpoint, user } = session
      log.info({ conn: endpoint?.id, user: user.id, cause }, 'session ended')
      if (cause === 'replace') endpoint?.fail({ reason: 'session_replaced' })
      endpoint?.bind(undefined)
    },
  }
}
