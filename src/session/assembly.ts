import type { Effect } from '../application/effect.ts'
import type { Hooks } from '../application/ports/hooks.ts'
import type { Waker } from '../application/ports/waker.ts'
import type { CallDetailLog } from '../application/ports/call-detail-log.ts'
import type { SecurityLog } from '../application/ports/security-log.ts'
import type { SessionJournal } from '../application/ports/session-journal.ts'
import type { SessionTokens } from '../application/ports/session-tokens.ts'
import type { Seat, Sfu } from '../application/ports/sfu.ts'
import type { Pause } from '../application/ports/system/pause.ts'
import type { Transact } from '../application/ports/transaction.ts'
import type { MessageRules } from '../application/messages/post-message.ts'
import type { Ports, UseCases } from '../application/use-cases.ts'
import { ok } from '../domain/result.ts'
import { makeAnswerResumed } from './delivery/answer-resumed.ts'
import { makeCallLinks } from './delivery/call-links.ts'
import { type Deliver, makeDeliver } from './delivery/deliver.ts'
import { makeDeliverHistory } from './delivery/deliver-history.ts'
import { makeDeliverMessages } from './delivery/deliver-messages.ts'
import { makeDeliverRoom } from './delivery/deliver-room.ts'
import { makeDeliverWatch } from './delivery/deliver-watch.ts'
import type { PublicSettings } from './delivery/public-settings.ts'
import { makeTell } from './delivery/tell.ts'
import { makeTellHooks } from './delivery/tell-hooks.ts'
import { UserListFrame } from './delivery/user-list-frame.ts'
import type { Figures } from './figures/figures.ts'
import { makeLifecycle } from './lifecycle.ts'
import { makeForgetMessages } from './messages/forget-messages.ts'
import { makeFeeds } from './presence/feeds.ts'
import type { RateLimits } from './rates/rate-limits.ts'
import { Registry } from './registry.ts'
import { KeptCalls } from './resumption/kept-calls.ts'
import { KeptRooms } from './resumption/kept-rooms.ts'
import { createMakeResumption } from './resumption/make-resumption.ts'
import type { OutboxLimits } from './resumption/outbox.ts'
import { OutboxBudget } from './resumption/outbox-budget.ts'
import { makeWakeAway } from './push/wake-away.ts'
import type { FindSession } from './resumption/resume.ts'
import { TokenTable } from './resumption/token-table.ts'
import { makeSfuSeats } from './sfu/sfu-seats.ts'
import { makeSharing, type SharedEngine } from './shared/sharing.ts'

export interface InputsContext {
  readonly useCases: UseCases
  readonly ports: Pick<
    Ports,
    'users' | 'guests' | 'doNotDisturb' | 'accessTokens' | 'history' | 'messages' | 'clock' | 'log'
  >
  /** Alone, or together with other nodes. */
  readonly engine: { readonly kind: 'own'; readonly transact: Transact } | SharedEngine
  readonly tokens: SessionTokens
  /** Undefined where no room has one. */
  readonly sfu: Sfu | undefined
  /** Undefined where nothing is kept beyond the end of the process. */
  readonly journal: SessionJournal | undefined
  readonly securityLog: SecurityLog
  readonly callDetailLog: CallDetailLog
  /** Undefined where no other program is told of what happens. */
  readonly hooks: Pick<Hooks, 'tell'> | undefined
  /** Undefined where no device is woken. */
  readonly waker: Waker | undefined
  readonly figures: Figures
  readonly settings: PublicSettings
  readonly rates: RateLimits
  readonly pause: Pause
  /** How long changes of presence are gathered after one that was told. */
  readonly presenceWindowMs: number
  /** How many sessions a user may have at once; 1 or more. */
  readonly maxSessionsPerUser: number
  readonly messageRules: MessageRules
  /** After so many days a message is forgotten. */
  readonly keepMessagesDays: number
  /** What stands before the ids of rooms. */
  readonly roomLabel: string
  /** What all outboxes may hold together. */
  readonly maxTotalOutboxBytes: number
  /** A stop ends active calls of clients that cannot resume too; otherwise they are left to their media. */
  readonly hangUpUnresumableCalls: boolean
}

/** What the inputs have in common: who is there, what each is owed, and how decisions are made and carried out. */
export function assemble({
  useCases,
  ports,
  engine,
  tokens: source,
  sfu,
  journal,
  securityLog,
  callDetailLog,
  hooks,
  waker,
  figures,
  settings,
  pause,
  presenceWindowMs,
  maxTotalOutboxBytes,
}: InputsContext) {
  const { clock, log, guests, history, messages } = ports
  const forgetMessages = messages && makeForgetMessages(messages)
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
  const lifecycle = makeLifecycle({
    ...{ registry, tokens, makeResumption, office, guests, clock, log },
    guestLeft: (guest) => forgetMessages?.ofGuest(guest),
  })
  const records = makeDeliverHistory({ registry, history, guests, callDetailLog, clock })
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
  const seats = sfu && makeSfuSeats({ sfu, registry, publishes, pause, ended: ended.signal, log })
  const delivery = {
    registry,
    seats,
    lifecycle,
    tokens,
    feeds,
    userList: new UserListFrame(),
    links: makeCallLinks({ registry, kept: kept?.calls, log }),
    deliverRoom: makeDeliverRoom({ registry, kept: kept?.rooms, feeds, seats }),
    watch: makeDeliverWatch({ registry, feeds }),
    messages: makeDeliverMessages({ registry, forget: forgetMessages }),
    tell: makeTell({ registry }),
    clock,
  }
  const { doNotDisturb } = ports
  const carryOut = makeDeliver({
    ...delivery,
    resumed: makeAnswerResumed({ ...delivery, doNotDisturb, settings }),
    history: records,
    doNotDisturb,
    settings,
    securityLog,
    figures,
  })
  const wakeAway = waker && makeWakeAway({ ...ports, waker, registry, ringTimeoutMs: limits.ring_timeout_ms })
  const deliver = alsoTelling(
    [hooks && makeTellHooks({ hooks, clock }), wakeAway?.witness].filter((tell) => tell !== undefined),
    carryOut,
  )
  const shared = sharing?.connect({
    ...delivery,
    details: records.details,
    makeResumption,
    figures: figures.cluster,
    pause,
    ended: ended.signal,
  })
  const { transact, findSession } = shared ?? alone(engine, tokens)

  function publishes(seat: Seat, connection: string | undefined): void {
    transact(
      async (tx) => ok(await useCases.setVoice(tx, seat, connection)),
      (outcome) => {
        if (outcome.ok) deliver(outcome.value)
      },
    ).catch((error: unknown) => {
      log.error({ err: error, room: seat.room }, 'what a member publishes could not be told')
    })
  }

  /** What sessions wait for could not be kept: they are to come anew, and ask for it. */
  function sendAllAway(): void {
    for (const { endpoint } of [...registry.all()]) endpoint?.fail({ reason: 'storage_unavailable' })
  }

  return {
    ...{
      registry,
      tokens,
      budget,
      outboxLimits,
      makeResumption,
      kept,
      records,
      ended,
      deliver,
      transact,
      findSession,
      seats,
      mayWake: wakeAway?.mayWake,
    },
    /** Where several nodes share what they have. */
    shared:
      engine.kind === 'shared' && sharing !== undefined && shared !== undefined
        ? { state: engine.state, follower: shared.follower, replica: sharing.replica, mail: sharing.mail }
        : undefined,
  }
}

/** What a node decides is delivered there, and nowhere else. */
function alsoTelling(tells: readonly ((effect: Effect) => void)[], deliver: Deliver): Deliver {
  if (tells.length === 0) return deliver
  return (effects, asked) => {
    for (const effect of effects) for (const tell of tells) tell(effect)
    deliver(effects, asked)
  }
}

function alone(
  engine: InputsContext['engine'],
  tokens: TokenTable,
): { readonly transact: Transact; readonly findSession: FindSession } {
  if (engine.kind === 'shared') throw new Error('what nodes share is theirs together')
  return { transact: engine.transact, findSession: (_tx, token) => Promise.resolve(tokens.find(token)) }
}
