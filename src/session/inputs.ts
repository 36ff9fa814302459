import type { Effect, Outcome } from '../application/effect.ts'
import type { CallDetailLog } from '../application/ports/call-detail-log.ts'
import type { SecurityLog } from '../application/ports/security-log.ts'
import type { Pause } from '../application/ports/system/pause.ts'
import type { SessionJournal } from '../application/ports/session-journal.ts'
import type { SessionTokens } from '../application/ports/session-tokens.ts'
import type { Transact, Tx } from '../application/ports/transaction.ts'
import type { Ports, UseCases } from '../application/use-cases.ts'
import { ok } from '../domain/result.ts'
import { type Administration, makeAdministration } from './administration.ts'
import { answer, decide } from './decide.ts'
import { makeCallLinks } from './delivery/call-links.ts'
import { makeDeliver } from './delivery/deliver.ts'
import { makeDeliverRoom } from './delivery/deliver-room.ts'
import { makeDeliverWatch } from './delivery/deliver-watch.ts'
import { makeDeliverHistory } from './delivery/deliver-history.ts'
import { makeDispatch } from './requests/dispatch.ts'
import type { EndpointInputs } from './conversation/endpoint.ts'
import { dueForRenewal } from './delivery/ice-renewal.ts'
import type { Figures } from './figures/figures.ts'
import { forgetGone } from './forget-gone.ts'
import { type Inquiries, makeInquiries } from './inquiries.ts'
import { makeLifecycle } from './lifecycle.ts'
import type { OutboxLimits } from './resumption/outbox.ts'
import { makeAttemptPassword } from './passwords/password-attempts.ts'
import { makeAttemptToken } from './passwords/token-attempts.ts'
import { makeFeeds } from './presence/feeds.ts'
import type { PublicSettings } from './delivery/public-settings.ts'
import { makeTell } from './delivery/tell.ts'
import { UserListFrame } from './delivery/user-list-frame.ts'
import { makeWelcome } from './delivery/welcome.ts'
import type { RateLimits } from './rates/rate-limits.ts'
import { Registry } from './registry.ts'
import { type FindSession, makeResume } from './resumption/resume.ts'
import { makeDump } from './resumption/dump.ts'
import { KeptCalls } from './resumption/kept-calls.ts'
import { KeptRooms } from './resumption/kept-rooms.ts'
import { createMakeResumption } from './resumption/make-resumption.ts'
import { OutboxBudget } from './resumption/outbox-budget.ts'
import { replay } from './resumption/replay.ts'
import { makeRestore } from './resumption/restore.ts'
import { makeRestoreRooms } from './resumption/restore-rooms.ts'
import { makeSettleCalls } from './resumption/settle-calls.ts'
import { TokenTable } from './resumption/token-table.ts'
import type { Session } from './session.ts'
import { makeSharing, type SharedEngine } from './shared/sharing.ts'

/** How often it is looked for sessions that nobody looks after, in milliseconds. */
const ORPHANS_MS = 1_000

/** All that can happen to the daemon from outside: requests, lost connections, the passing of time, the end. */
export interface Inputs extends EndpointInputs {
  readonly administration: Administration
  /** What is owed to all clients together, in bytes. */
  readonly outboxBytes: () => number
  readonly inquiries: Inquiries
  /** `now` in monotonic milliseconds. */
  readonly tick: (now: number) => void
  /** Somebody has edited the accounts where they are stored. */
  readonly accountsEdited: (mayBeGone: boolean) => void
  /** Takes up the sessions that an earlier daemon left. */
  readonly restore: () => Promise<void>
  /** From now on calls are still set up, but none is placed. */
  readonly takeNoNewCalls: () => void
  /** Whether a call rings, or has been active for less than so long. */
  readonly callsBeingSetUp: (activeForMs: number) => Promise<boolean>
  /** Ends every call whose parties are to be told that it will not go on. Afterwards a lost connection is no news. */
  readonly shutDown: () => Promise<void>
  /** Once nobody is heard any more: leaves the sessions to a later daemon. */
  readonly save: () => Promise<void>
}

export interface InputsContext {
  readonly useCases: UseCases
  readonly ports: Pick<
    Ports,
    'users' | 'guests' | 'doNotDisturb' | 'accessTokens' | 'history' | 'clock' | 'log'
  >
  /** Alone, or together with other nodes. */
  readonly engine: { readonly kind: 'own'; readonly transact: Transact } | SharedEngine
  readonly tokens: SessionTokens
  /** Undefined where nothing is kept beyond the end of the process. */
  readonly journal: SessionJournal | undefined
  readonly securityLog: SecurityLog
  readonly callDetailLog: CallDetailLog
  readonly figures: Figures
  readonly settings: PublicSettings
  readonly rates: RateLimits
  readonly pause: Pause
  /** How long changes of presence are gathered after one that was told. */
  readonly presenceWindowMs: number
  /** How many sessions a user may have at once; 1 or more. */
  readonly maxSessionsPerUser: number
  /** What stands before the ids of rooms. */
  readonly roomLabel: string
  /** What all outboxes may hold together. */
  readonly maxTotalOutboxBytes: number
  /** A stop ends active calls of clients that cannot resume too; otherwise they are left to their media. */
  readonly hangUpUnresumableCalls: boolean
}

export function makeInputs({
  useCases,
  ports,
  engine,
  tokens: source,
  journal,
  securityLog,
  callDetailLog,
  figures,
  settings,
  rates,
  pause,
  presenceWindowMs,
  maxSessionsPerUser,
  roomLabel,
  maxTotalOutboxBytes,
  hangUpUnresumableCalls,
}: InputsContext): Inputs {
  const { clock, log, guests, history } = ports
  const { limits } = settings
  const outboxLimits: OutboxLimits = {
    maxFrames: limits.max_outbox_frames,
    maxBytes: limits.max_outbox_bytes,
  }
  const registry = new Registry()
  const tokens = new TokenTable(source)
  const budget = new OutboxBudget({
    maxBytes: maxTotalOutboxBytes,
    sessions: () => registry.all(),
    log,
  })
  const sharing =
    engine.kind === 'shared' ? makeSharing(engine, { registry, log, lost: sendAllAway }) : undefined
  const makeResumption = createMakeResumption({
    limits: outboxLimits,
    budget,
    // What nodes share outlives none of the process's own guests, but has to be whole while they are there.
    guests: sharing === undefined ? guests : undefined,
    log: sharing?.mail ?? journal,
  })
  const kept =
    journal === undefined
      ? undefined
      : {
          calls: new KeptCalls({ registry, clock, guests, log: journal }),
          rooms: new KeptRooms({ clock, guests, log: journal }),
        }
  const office = sharing?.mail
  const lifecycle = makeLifecycle({ registry, tokens, makeResumption, office, guests, clock, log })
  const records = makeDeliverHistory({ registry, history, guests, callDetailLog, clock })
  const { details } = records
  const ended = new AbortController()
  const feeds = makeFeeds({
    registry,
    useCases,
    pause,
    clock,
    figures,
    windowMs: presenceWindowMs,
    ended: ended.signal,
  })
  const delivery = {
    registry,
    lifecycle,
    tokens,
    feeds,
    userList: new UserListFrame(),
    links: makeCallLinks({ registry, kept: kept?.calls, log }),
    deliverRoom: makeDeliverRoom({ registry, kept: kept?.rooms, feeds }),
    watch: makeDeliverWatch({ registry, feeds }),
    tell: makeTell({ registry }),
    clock,
  }
  const deliver = makeDeliver({
    ...delivery,
    history: records,
    doNotDisturb: ports.doNotDisturb,
    settings,
    securityLog,
    figures,
  })
  const shared = sharing?.connect({
    ...delivery,
    makeResumption,
    pause,
    ended: ended.signal,
    orphaned: lookAfterOrphans,
  })
  const { transact, findSession } = shared ?? alone(engine, tokens)
  const welcome = makeWelcome({ useCases, deliver, history })
  const resume = makeResume({
    useCases,
    deliver,
    transact,
    welcome,
    tokens,
    findSession,
    rates,
    clock,
    securityLog,
    figures,
  })
  const restore = makeRestore({ useCases, clock, registry, tokens, makeResumption, maxSessionsPerUser })
  const restoreRooms = makeRestoreRooms({ registry, useCases })
  const settleCalls = makeSettleCalls({ registry, useCases, clock, hangUpUnresumableCalls })
  const dump = kept === undefined ? undefined : makeDump({ registry, clock, ...kept })
  const attemptPassword = makeAttemptPassword({ rates, clock })
  const attemptToken = makeAttemptToken({ useCases, rates, clock })
  /** Monotonic milliseconds. */
  let orphansDueAt = 0
  let draining = false
  let shuttingDown = false

  const dispatch = makeDispatch({
    registry,
    useCases,
    deliver,
    transact,
    resume,
    welcome,
    attemptPassword,
    attemptToken,
    tokens,
    settings,
    rates,
    clock,
    log,
    securityLog,
    figures,
    details,
    roomLabel,
    isDraining: () => draining,
  })

  return {
    request: dispatch,

    answersTo: (session) => sharing?.mail.answersTo(session.id),

    outboxBytes: () => budget.bytes,
    inquiries: makeInquiries({
      ...ports,
      useCases,
      transact,
      deliver,
      tokens,
      attemptPassword,
      attemptToken,
      rates,
      figures,
      securityLog,
    }),

    administration: makeAdministration({ registry, transact, deliver, useCases, clock }),

    relay(session, to, frame) {
      tokens.confirm(session)
      to.passOn(frame, session.call?.id ?? session.room?.room.id, session)
    },

    lost(session, endpoint) {
      if (shuttingDown) return
      change(async (tx) => {
        // By now it may have been resumed elsewhere.
        if (session.ended || session.endpoint !== endpoint) return []
        const { id, user } = session
        if (session.resumption !== undefined) return useCases.detachSession(tx, { user, session: id })
        return useCases.endSession(tx, { user, session: id, cause: 'disconnect' })
      })
    },

    tick(now) {
      journal?.alive()
      history.tick()
      details.tick(now)
      guests?.tick(now)
      change((tx) => useCases.expireCalls(tx, now))
      change((tx) => useCases.expireSessions(tx, now))
      change((tx) => useCases.sweepRooms(tx, now))
      if (sharing !== undefined && now >= orphansDueAt) lookAfterOrphans()
      for (const session of dueForRenewal(registry.all(), now)) deliver(useCases.issueIceServers(session))
    },

    accountsEdited(mayBeGone) {
      deliver([{ kind: 'accounts-changed' }])
      if (mayBeGone) void forgetGone(ports)
    },

    async restore() {
      await forgetGone(ports)
      if (engine.kind === 'shared' && shared !== undefined) await engine.state.join(shared.follower)
      const entries = await journal?.read()
      if (entries !== undefined) {
        const left = replay(entries, outboxLimits)
        await inOrder(async (tx) => {
          const { passedOver, effects } = await restore(tx, left)
          deliver(effects)
          deliver(await restoreRooms(tx, left.rooms))
          deliver(await settleCalls(tx, { isLast: true, gone: passedOver }))
          const passed_over = passedOver.size
          const sessions = left.sessions.length - passed_over
          log.info({ sessions, calls: left.calls.length }, 'sessions taken up again')
          if (passed_over > 0)
            log.warn({ passed_over }, 'sessions of accounts that are gone are not taken up')
        })
      }
      if (dump !== undefined) await journal?.begin(dump)
    },

    takeNoNewCalls() {
      draining = true
    },

    callsBeingSetUp: (activeForMs) =>
      decide({ transact, deliver }, async (tx) => answer(await useCases.callsBeingSetUp(tx, activeForMs))),

    async shutDown() {
      shuttingDown = true
      ended.abort()
      await transact(async (tx) => ok(await settleCalls(tx, { isLast: false })), carryOut)
    },

    async save() {
      try {
        if (engine.kind === 'shared') {
          // Calls of clients that cannot resume end with them: the others are still there to be told.
          await Promise.all([...registry.all()].map(leaveBehind))
          await engine.state.leave()
        }
        if (dump === undefined) return
        await inOrder(async (tx) => {
          deliver(await settleCalls(tx, { isLast: true }))
          await journal?.close(dump)
        })
      } catch (error) {
        log.error({ err: error }, 'the sessions could not be saved: they end here')
      } finally {
        details.tick(Infinity)
      }
    },
  }

  /** Nobody hears of its connection any more; other nodes may have it back, if it can be had. */
  async function leaveBehind({ id, user, resumption }: Session): Promise<void> {
    const work = (tx: Tx) =>
      resumption === undefined
        ? useCases.endSession(tx, { user, session: id, cause: 'disconnect' })
        : useCases.detachSession(tx, { user, session: id })
    await transact(async (tx) => ok(await work(tx)), carryOut).catch((error: unknown) => {
      log.error({ err: error }, 'a session could not be left to other nodes')
    })
  }

  /** Sessions whose node is gone, and those of this node that have lost their connections without anybody's doing. */
  function lookAfterOrphans(): void {
    orphansDueAt = clock.monotonicMs() + ORPHANS_MS
    for (const { record } of sharing?.replica.orphans((id) => registry.get(id)?.endpoint !== undefined) ??
      []) {
      const { id, user, capabilities } = record
      change(async (tx) =>
        registry.get(id)?.endpoint !== undefined
          ? []
          : capabilities.has('resume')
            ? useCases.detachSession(tx, { user, session: id })
            : useCases.endSession(tx, { user, session: id, cause: 'disconnect' }),
      )
    }
  }

  /** What sessions wait for could not be kept: they are to come anew, and ask for it. */
  function sendAllAway(): void {
    for (const { endpoint } of [...registry.all()]) endpoint?.fail({ reason: 'storage_unavailable' })
  }

  // Nobody waits for these, so nobody but the log can be told of a fault.
  function change(work: (tx: Tx) => Promise<readonly Effect[]>): void {
    transact(async (tx) => ok(await work(tx)), carryOut).catch((error: unknown) => {
      log.error({ err: error }, 'fault while carrying out a change')
    })
  }

  /** For what looks at everything, and delivers what comes of it by itself. */
  async function inOrder(work: (tx: Tx) => Promise<void>): Promise<void> {
    await transact(async (tx) => {
      await work(tx)
      return ok([])
    }, carryOut)
  }

  function carryOut(outcome: Outcome): void {
    if (!outcome.ok) throw new Error('nobody asked who could be refused')
    deliver(outcome.value)
  }
}

function alone(
  engine: InputsContext['engine'],
  tokens: TokenTable,
): { readonly transact: Transact; readonly findSession: FindSession } {
  if (engine.kind === 'shared') throw new Error('what nodes share is theirs together')
  return { transact: engine.transact, findSession: (token) => Promise.resolve(tokens.find(token)) }
}
