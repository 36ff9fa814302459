import type { Effect } from '../application/effect.ts'
import type { Pause } from '../application/ports/pause.ts'
import type { SessionArchive } from '../application/ports/session-archive.ts'
import type { SessionTokens } from '../application/ports/session-tokens.ts'
import type { Ports, UseCases } from '../application/use-cases.ts'
import { makeDeliver } from './deliver.ts'
import { makeDispatch } from './dispatch.ts'
import type { EndpointInputs } from './endpoint.ts'
import { createExclusive } from './exclusive.ts'
import { dueForRenewal } from './ice-renewal.ts'
import { makeLifecycle } from './lifecycle.ts'
import type { OutboxLimits } from './outbox.ts'
import { makePresenceFeed } from './presence-feed.ts'
import type { PublicSettings } from './public-settings.ts'
import type { RateLimits } from './rates/rate-limits.ts'
import { Registry } from './registry.ts'
import { makeResume } from './resume.ts'
import { makeSnapshots } from './snapshot.ts'
import { TokenTable } from './token-table.ts'

/** All that can happen to the daemon from outside: requests, lost connections, the passing of time, the end. */
export interface Inputs extends EndpointInputs {
  /** `now` in monotonic milliseconds. */
  readonly tick: (now: number) => void
  /** Takes up the sessions that an earlier daemon left. */
  readonly restore: () => Promise<void>
  /** From now on calls are still set up, but none is placed. */
  readonly takeNoNewCalls: () => void
  /** Whether a call rings, or has been active for less than so long. */
  readonly callsBeingSetUp: (activeForMs: number) => Promise<boolean>
  /** Ends every call that will not go on after a restart. Afterwards a lost connection is no news. */
  readonly shutDown: () => Promise<void>
  /** Once nobody is heard any more: leaves the sessions to a later daemon. */
  readonly save: () => Promise<void>
}

export interface InputsContext {
  readonly useCases: UseCases
  readonly ports: Pick<Ports, 'users' | 'presence' | 'calls' | 'clock' | 'log'>
  readonly tokens: SessionTokens
  /** Undefined where nothing is kept through a restart. */
  readonly archive: SessionArchive | undefined
  readonly settings: PublicSettings
  readonly rates: RateLimits
  readonly pause: Pause
  /** How long changes of presence are gathered after one that was told. */
  readonly presenceWindowMs: number
}

export function makeInputs({
  useCases,
  ports,
  tokens: source,
  archive,
  settings,
  rates,
  pause,
  presenceWindowMs,
}: InputsContext): Inputs {
  const { clock, log } = ports
  const { limits } = settings
  const outboxLimits: OutboxLimits = {
    maxFrames: limits.max_outbox_frames,
    maxBytes: limits.max_outbox_bytes,
  }
  const exclusive = createExclusive()
  const registry = new Registry()
  const tokens = new TokenTable(source)
  const lifecycle = makeLifecycle({ registry, tokens, outboxLimits, log })
  const ended = new AbortController()
  const presenceFeed = makePresenceFeed({ registry, pause, windowMs: presenceWindowMs, ended: ended.signal })
  const deliver = makeDeliver({ registry, lifecycle, tokens, presenceFeed, settings, clock, log })
  const resume = makeResume({ useCases, deliver, exclusive, tokens, rates, clock })
  const snapshots = makeSnapshots({ ...ports, useCases, registry, tokens, deliver, outboxLimits })
  let draining = false
  let shuttingDown = false

  return {
    request: makeDispatch({
      useCases,
      deliver,
      exclusive,
      resume,
      tokens,
      settings,
      rates,
      clock,
      log,
      isDraining: () => draining,
    }),

    relay(session, frame) {
      tokens.confirm(session)
      if (session.call !== undefined) registry.ofUser(session.call.peer.id)?.passOn(frame)
    },

    lost(session, endpoint) {
      if (shuttingDown) return
      change(async () => {
        // By now it may have been resumed elsewhere.
        if (session.ended || session.endpoint !== endpoint) return []
        const { id, user } = session
        if (session.resumption !== undefined) return useCases.detachSession({ user, session: id })
        return useCases.endSession({ user, session: id, cause: 'disconnect' })
      })
    },

    tick(now) {
      change(() => useCases.expireCalls(now))
      change(() => useCases.expireSessions(now))
      for (const { user } of dueForRenewal(registry.all(), now)) deliver(useCases.issueIceServers(user.id))
    },

    async restore() {
      const snapshot = await archive?.take()
      if (snapshot === undefined) return
      await exclusive(async () => {
        const passed_over = await snapshots.restore(snapshot)
        const sessions = snapshot.sessions.length - passed_over
        log.info({ sessions, calls: snapshot.calls.length }, 'sessions taken up again')
        if (passed_over > 0) log.warn({ passed_over }, 'sessions of accounts that are gone are not taken up')
      })
    },

    takeNoNewCalls() {
      draining = true
    },

    callsBeingSetUp: useCases.callsBeingSetUp,

    async shutDown() {
      shuttingDown = true
      ended.abort()
      await exclusive(async () => {
        if (archive === undefined) deliver(await useCases.endCallsBut(clock.monotonicMs(), () => false))
        else await snapshots.endOtherCalls()
      })
    },

    async save() {
      if (archive === undefined) return
      try {
        await exclusive(async () => {
          const snapshot = await snapshots.take()
          if (snapshot.sessions.length > 0) await archive.save(snapshot)
        })
      } catch (error) {
        log.error({ err: error }, 'the sessions could not be saved: they end here')
      }
    },
  }

  // Nobody waits for these, so nobody but the log can be told of a fault.
  function change(work: () => Promise<readonly Effect[]>): void {
    exclusive(async () => {
      deliver(await work())
    }).catch((error: unknown) => {
      log.error({ err: error }, 'fault while carrying out a change')
    })
  }
}
