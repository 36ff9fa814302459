import type { Effect, Outcome } from '../application/effect.ts'
import type { SfuListener } from '../application/ports/sfu.ts'
import type { Tx } from '../application/ports/transaction.ts'
import type { UserId } from '../domain/ids.ts'
import { ok } from '../domain/result.ts'
import { type Administration, makeAdministration } from './administration.ts'
import { assemble, type InputsContext } from './assembly.ts'
import { answer, decide } from './decide.ts'
import { makeDispatch } from './requests/dispatch.ts'
import type { EndpointInputs } from './conversation/endpoint.ts'
import { dueForRenewal } from './delivery/ice-renewal.ts'
import { makeEndBarred } from './end-barred.ts'
import { forgetGone } from './forget-gone.ts'
import { type Inquiries, makeInquiries } from './inquiries.ts'
import { makeConfirmLogin } from './passwords/confirm-login.ts'
import { makeOwnChanges } from './passwords/own-changes.ts'
import { makeMessageWork } from './messages/message-work.ts'
import { makeSweepMessages } from './messages/sweep-messages.ts'
import { makeAttemptPassword } from './passwords/password-attempts.ts'
import { makeAttemptToken } from './passwords/token-attempts.ts'
import { makeWelcome } from './delivery/welcome.ts'
import { makeResume } from './resumption/resume.ts'
import { makeDump } from './resumption/dump.ts'
import { replay } from './resumption/replay.ts'
import { makeRestore } from './resumption/restore.ts'
import { makeRestoreRooms } from './resumption/restore-rooms.ts'
import { makeSettleCalls } from './resumption/settle-calls.ts'
import type { Session } from './session.ts'
import { makeKeptFrom } from './shared/boxes/kept-from.ts'
import { makeCare } from './shared/care.ts'
import { makeInOrder } from './shared/in-order.ts'

/** All that can happen to the daemon from outside: requests, lost connections, the passing of time, the end. */
export interface Inputs extends EndpointInputs {
  readonly administration: Administration
  /** What is owed to all clients together, in bytes. */
  readonly outboxBytes: () => number
  readonly inquiries: Inquiries
  /** Undefined where all answers to the session have been given; else it resolves once they have. */
  readonly answersTo: (session: Session) => Promise<void> | undefined
  /** `now` in monotonic milliseconds. */
  readonly tick: (now: number) => void
  /** Somebody has edited the accounts where they are stored. */
  readonly accountsEdited: (mayBeGone: boolean) => void
  /** Whoever has changed this user's account could end no sessions. */
  readonly sessionsToEnd: (user: UserId) => void
  /** What the SFU has for its members. */
  readonly sfuTells: SfuListener
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

export function makeInputs(context: InputsContext): Inputs {
  const { useCases, ports, journal, securityLog, figures, settings, rates } = context
  const { clock, log, guests, history, messages } = ports
  const { registry, tokens, budget, outboxLimits, makeResumption, kept, records, ...rest } = assemble(context)
  const { ended, deliver, transact, findSession, seats, shared, mayWake } = rest
  const { details } = records
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
  const restore = makeRestore({ ...context, clock, registry, tokens, makeResumption })
  const restoreRooms = makeRestoreRooms({ registry, useCases, hasSfu: seats !== undefined })
  const settleCalls = makeSettleCalls({ ...context, registry, clock, isAlone: shared === undefined })
  const dump = kept === undefined ? undefined : makeDump({ registry, clock, ...kept })
  const attemptPassword = makeAttemptPassword({ rates, clock })
  const attemptToken = makeAttemptToken({ useCases, rates, clock })
  const care = shared && makeCare({ useCases, registry, replica: shared.replica, transact, deliver, log })
  const administration = makeAdministration({ registry, transact, deliver, useCases, clock, shared })
  const { endSessions } = administration
  const changes = { ...ports, registry, endSessions, pause: context.pause, ended: ended.signal }
  // What several nodes share is changed by others, too.
  const endBarred = shared && makeEndBarred(changes)
  const ownChanges = makeOwnChanges()
  const confirmLogin = shared && makeConfirmLogin({ ...changes, ownChanges })
  const messageWork = makeMessageWork({
    messages: useCases.messages,
    maxTextBytes: context.messageRules.maxTextBytes,
    transact,
    rates,
    clock,
  })
  const sweepMessages =
    messages && makeSweepMessages({ messages, keepDays: context.keepMessagesDays, clock, log })
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
    confirmLogin,
    ownChanges,
    tokens,
    settings,
    rates,
    clock,
    log,
    securityLog,
    figures,
    details,
    messages: messageWork,
    mayWake,
    roomLabel: context.roomLabel,
    isDraining: () => draining,
  })

  return {
    request: shared === undefined ? dispatch : makeInOrder(dispatch, { ...shared, pause: context.pause }),

    room: () => shared?.mail.room(),
    doubt: shared && (() => shared.state.doubt()),

    answersTo: (session) => shared?.mail.answersTo(session.id),

    outboxBytes: () => budget.bytes,
    inquiries: makeInquiries({
      ...ports,
      useCases,
      messages: messageWork,
      transact,
      deliver,
      tokens,
      keptFrom: shared && makeKeptFrom(shared.state),
      attemptPassword,
      attemptToken,
      rates,
      figures,
      securityLog,
    }),

    administration,

    relay(session, to, frame) {
      tokens.confirm(session)
      to.passOn(frame, session.call?.id ?? session.room?.room.id, session)
    },

    lost(session, endpoint) {
      if (shuttingDown) return
      change(async (tx) => {
        const { id, user } = session
        // By now it may have been resumed elsewhere: that is looked at after the version on which this decides.
        await tx.sessions.find(id)
        if (session.ended || session.endpoint !== endpoint) return []
        if (session.resumption !== undefined) return useCases.detachSession(tx, { user, session: id })
        return useCases.endSession(tx, { user, session: id, cause: 'disconnect' })
      })
    },

    tick(now) {
      journal?.alive()
      history.tick()
      sweepMessages?.(now)
      details.tick(now)
      guests?.tick(now)
      change((tx) => useCases.expireCalls(tx, now))
      change((tx) => useCases.expireSessions(tx, now))
      change((tx) => useCases.sweepRooms(tx, now))
      care?.tick(now)
      for (const session of dueForRenewal(registry.all(), now)) deliver(useCases.issueIceServers(session))
    },

    accountsEdited(mayBeGone) {
      deliver([{ kind: 'accounts-changed' }])
      if (!mayBeGone) return
      void forgetGone(ports)
      endBarred?.()
    },

    sessionsToEnd(user) {
      endSessions({ user }).catch((error: unknown) => {
        log.error({ err: error, user }, 'sessions could not be ended')
      })
    },

    sfuTells(news) {
      seats?.hear(news)
    },

    async restore() {
      await forgetGone(ports)
      await shared?.state.join(shared.follower)
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
        if (shared !== undefined) {
          // Calls of clients that cannot resume end with them: the others are still there to be told.
          await care?.leave()
          await shared.state.leave()
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
