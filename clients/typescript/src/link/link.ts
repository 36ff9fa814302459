import type { Unsubscribe } from '../ask.ts'
import type { ClientState } from '../client/client-state.ts'
import { RoomRtcError } from '../error.ts'
import type { Message } from '../wire/message.ts'
import type { ServerMessage } from '../wire/server-messages.ts'
import { type Backoff, delayBefore } from './backoff.ts'
import { Connection } from './connection.ts'
import { isForGood } from './farewell.ts'
import type { Agreement, ConnectionEvents, LinkEvents, LinkOptions } from './link-options.ts'
import { type Request, Requests } from './requests.ts'
import type { Session } from './session.ts'

type Phase =
  /** Connects when there is something to ask. */
  | { readonly name: 'idle' }
  | { readonly name: 'waiting'; readonly cancel: Unsubscribe; readonly told: boolean }
  | { readonly name: 'connected'; readonly connection: Connection; readonly since: number }
  | { readonly name: 'closed' }

/** A connection that has held so long was a good one: the next loss is a new one. */
const STABLE_MS = 5000
/** For so long a message that was on its way when a connection broke may still have an effect. */
const GHOST_MS = 15_000

/** The connection to the server over time: one after another. */
export class Link {
  readonly #options: LinkOptions
  readonly #session: Session
  readonly #events: LinkEvents
  readonly #requests = new Requests()
  readonly #unwatch: Unsubscribe
  #state: ClientState
  #phase: Phase = { name: 'idle' }
  #agreement: Agreement = { capabilities: [], limits: {} }
  #everOnline = false
  #attempts = 0
  /** Since when there is no connection. */
  #lostAt: number
  /** No earlier, says the server. */
  #notBefore = 0
  #ghostUntil = 0
  #takeBack = false

  constructor(options: LinkOptions, session: Session, events: LinkEvents) {
    this.#options = options
    this.#session = session
    this.#events = events
    this.#lostAt = this.#now()
    this.#state = { name: 'reconnecting', since: this.#lostAt, attempt: 0, nextTryAt: undefined }
    this.#unwatch = options.surroundings.network.watch((event) => {
      this.#networkSays(event)
    })
  }

  get state(): ClientState {
    return this.#state
  }

  get agreement(): Agreement {
    return this.#agreement
  }

  /** Begins to connect where nothing is under way. */
  wake(): void {
    if (this.#phase.name !== 'idle') return
    this.#attempts = 0
    this.#try()
  }

  /** Asks as soon as there is a connection. What it returns ends the waiting. */
  request(request: Request): Unsubscribe {
    if (this.#state.name === 'closed' || this.#state.name === 'signed-out') {
      request.done(this.#state.why)
      return () => undefined
    }
    const cancel = this.#requests.add(request)
    this.wake()
    if (this.#phase.name === 'connected') this.#phase.connection.flush()
    return cancel
  }

  /** Somebody wants to log in after all. */
  forgive(): void {
    if (this.#state.name !== 'signed-out') return
    this.#lostAt = this.#now()
    this.#becomeReconnecting(undefined)
  }

  /** Sends what has no answer of its own. False where there is neither a connection nor a session to keep it for. */
  send(message: Message): boolean {
    const { continuity } = this.#session
    const ready = this.#phase.name === 'connected' && this.#phase.connection.isReady
    if (!ready && !continuity.canResume) return false
    continuity.keep(message)
    if (ready && this.#phase.name === 'connected') this.#phase.connection.send(message)
    return true
  }

  /** Nobody comes back unasked. */
  signOut(why: RoomRtcError): void {
    this.#leave()
    this.#session.end(why.reason ?? 'closed')
    this.#requests.failAll(why)
    this.#setState({ name: 'signed-out', why })
  }

  /** For good. Resolves when nothing is left. */
  async close(why: RoomRtcError): Promise<void> {
    if (this.#phase.name === 'closed') return
    this.#unwatch()
    const phase = this.#phase
    if (phase.name === 'waiting') phase.cancel()
    this.#phase = { name: 'closed' }
    this.#requests.failAll(why)
    this.#session.end('closed')
    this.#setState({ name: 'closed', why })
    if (phase.name !== 'connected') return
    if (phase.connection.isReady) await phase.connection.close()
    else phase.connection.cut()
  }

  #now(): number {
    return this.#options.surroundings.now()
  }

  #setState(state: ClientState): void {
    this.#state = state
    this.#options.log('info', 'state', { state: state.name })
    this.#events.state(state)
  }

  #becomeReconnecting(nextTryAt: number | undefined): void {
    this.#setState({ name: 'reconnecting', since: this.#lostAt, attempt: this.#attempts, nextTryAt })
  }

  #try(): void {
    this.#attempts += 1
    this.#phase = { name: 'idle' }
    if (this.#state.name !== 'online') this.#becomeReconnecting(undefined)
    this.#options.log('debug', 'connecting', { url: this.#options.url, attempt: this.#attempts })
    try {
      const events = this.#connectionEvents()
      const connection = new Connection(this.#options, this.#session, this.#requests, this.#takeBack, events)
      this.#phase = { name: 'connected', connection, since: this.#now() }
    } catch (error) {
      const why =
        error instanceof RoomRtcError
          ? error
          : new RoomRtcError('wrong_state', String(error), { cause: error })
      void this.close(why)
    }
  }

  #connectionEvents(): ConnectionEvents {
    const { message, resumed, caughtUp, arrived } = this.#events
    return {
      message: (what) => {
        this.#overhear(what)
        message(what)
      },
      resumed,
      caughtUp,
      arrived,
      agreed: (agreement) => {
        this.#agreement = agreement
      },
      ready: () => {
        this.#takeBack = false
        this.#everOnline = true
        if (this.#state.name !== 'online') this.#setState({ name: 'online' })
      },
      complaint: (why) => {
        this.#complaint(why)
      },
      signedOut: (why) => {
        this.signOut(why)
      },
      lost: (why) => {
        this.#lost(why)
      },
    }
  }

  #overhear(message: ServerMessage): void {
    if (message.type !== 'GOAWAY') return
    const { reason, reconnect_after_ms } = message.payload
    this.#options.log('info', 'goaway', { reason })
    // Another time for each, so that not all come back at once.
    if (reason === 'shutting_down')
      this.#waitFor(reconnect_after_ms * (1 + this.#options.surroundings.random()))
  }

  #waitFor(ms: number): void {
    this.#notBefore = Math.max(this.#notBefore, this.#now() + ms)
  }

  #complaint(why: RoomRtcError): void {
    if (!isForGood(why.reason)) return
    const taken = why.reason === 'session_replaced' || why.reason === 'session_resumed'
    if (!taken || this.#now() >= this.#ghostUntil) {
      this.signOut(why)
      return
    }
    // A message of our own has taken it, that a broken connection has carried after all.
    this.#ghostUntil = 0
    this.#takeBack = true
    if (this.#phase.name === 'connected') this.#phase.connection.cut()
    this.#lost(why)
  }

  /** Ends what is under way. */
  #leave(): void {
    const phase = this.#phase
    this.#phase = { name: 'idle' }
    if (phase.name === 'waiting') phase.cancel()
    if (phase.name === 'connected') phase.connection.cut()
  }

  #lost(why: RoomRtcError): void {
    const { reason, retryAfterMs } = why
    const since = this.#phase.name === 'connected' ? this.#phase.since : this.#now()
    this.#phase = { name: 'idle' }
    this.#options.log('info', 'lost', { why: why.message, reason })
    if (this.#session.entering) this.#ghostUntil = this.#now() + GHOST_MS
    this.#session.interrupted()
    if (retryAfterMs !== undefined) this.#waitFor(retryAfterMs)
    if (!this.#everOnline || this.#options.backoff === undefined) {
      void this.close(why)
      return
    }
    this.#requests.lost(why)
    // Who has not logged in is put out after a while. Nothing is lost by that.
    if (reason === 'login_timeout' && this.#session.me === undefined && !this.#requests.areWaiting) return
    if (this.#state.name === 'online') {
      if (this.#now() - since >= STABLE_MS) this.#attempts = 0
      this.#lostAt = this.#now()
    }
    this.#wait(this.#options.backoff)
  }

  #wait(backoff: Backoff): void {
    const { network, random, setTimer } = this.#options.surroundings
    const now = this.#now()
    const online = network.online()
    // A device that says that it has no network may be wrong.
    const patience = online ? delayBefore(this.#attempts + 1, backoff, random()) : backoff.maxMs
    const ms = Math.max(patience, this.#notBefore - now)
    const cancel = setTimer(ms, () => {
      this.#try()
    })
    this.#phase = { name: 'waiting', cancel, told: this.#notBefore > now }
    if (online) this.#becomeReconnecting(now + ms)
    else this.#setState({ name: 'offline', since: this.#lostAt })
  }

  #networkSays(event: 'online' | 'offline' | 'visible'): void {
    this.#options.log('debug', 'network', { network: event })
    // What a socket says of itself after that is not believed.
    if (this.#phase.name === 'connected') this.#phase.connection.probe()
    if (this.#phase.name !== 'waiting' || event === 'offline' || this.#phase.told) return
    this.#phase.cancel()
    this.#try()
  }
}
