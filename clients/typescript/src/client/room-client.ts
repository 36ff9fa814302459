import type { Ask, Unsubscribe } from '../ask.ts'
import { Calls } from '../call/calls.ts'
import type { Call } from '../call/call.ts'
import { Emitter } from '../emitter.ts'
import { RoomRtcError } from '../error.ts'
import type { IceServer } from '../ice-server.ts'
import type { LinkOptions } from '../link/link-options.ts'
import { Link } from '../link/link.ts'
import { Session } from '../link/session.ts'
import type { PasswordLogin, TokenLogin } from '../link/token-source.ts'
import { LiveUsers } from '../users/live-users.ts'
import type { Person } from '../users/person.ts'
import { waitFor } from '../wait.ts'
import type { Capability } from '../wire/capabilities.ts'
import type { ServerMessage, ServerPayloads } from '../wire/server-messages.ts'
import { Account } from './account.ts'
import { Asker } from './asker.ts'
import type { CallOptions, Client, ClientEvents, RegisterOptions } from './client.ts'
import type { ClientState } from './client-state.ts'
import { IncomingCalls } from './incoming-calls.ts'
import type { Host, Part } from './part.ts'

/** For the last words. */
const FAREWELL_MS = 2000

/** Brings the parts together: the connection over time, the session, the users, and the calls. */
export class RoomClient implements Client {
  readonly #options: LinkOptions
  readonly #emitter = new Emitter<ClientEvents>()
  readonly #loops = new Set<IncomingCalls>()
  readonly #session: Session
  readonly #link: Link
  readonly #host: Host
  readonly #calls: Calls
  /** The calls are the last of them. */
  readonly #parts: Part[]
  readonly #asker: Asker
  readonly #account: Account
  readonly users: LiveUsers
  #iceServers: readonly IceServer[] = []
  /** The call that ended with the session. */
  #lostCall: { readonly call: Call | undefined; readonly active: boolean } | undefined
  #resumed: ServerPayloads['RESUMED'] | undefined
  #closing: Promise<void> | undefined

  constructor(options: LinkOptions) {
    this.#options = options
    this.#session = new Session({
      begun: () => {
        this.users.load(() => {
          this.#account.listed()
        })
      },
      disturbance: (on) => {
        this.#emitter.emit('doNotDisturb', on)
      },
      over: (reason) => {
        this.#over(reason)
      },
      lost: (reason, unsent) => {
        const { call, active } = this.#lostCall ?? { call: undefined, active: false }
        // Only a server that has forgotten the call has told the other one nothing.
        this.#emitter.emit('loss', { reason, call, mediaMayRun: active && reason === 'unknown', unsent })
      },
    })
    this.#link = new Link(options, this.#session, {
      state: (state) => {
        this.#emitter.emit('state', state)
      },
      message: (message) => {
        this.#take(message)
      },
      resumed: (payload) => {
        this.#resumed = payload
      },
      caughtUp: () => {
        const resumed = this.#resumed
        if (resumed !== undefined) for (const part of this.#parts) part.caughtUp?.(resumed)
      },
      arrived: (position) => {
        for (const part of this.#parts) part.arrived?.(position)
      },
    })
    this.#asker = new Asker({
      world: options.surroundings,
      timeoutMs: options.timeoutMs,
      request: (request) => this.#link.request(request),
    })
    this.#host = {
      world: options.surroundings,
      asker: this.#asker,
      me: () => this.#session.me,
      capabilities: () => this.capabilities,
      limits: () => this.limits,
      position: () => this.#session.continuity.sent.position,
      send: (message) => this.#link.send(message),
      refusal: (error) => {
        this.#emitter.emit('refusal', error)
      },
      changed: () => {
        this.#tellOwnState()
      },
      calls: () => this.#calls,
      loggedOut: () => {
        this.#session.end('logout')
      },
    }
    this.#calls = new Calls({
      ...this.#host,
      canUpdate: () => this.capabilities.includes('call_control'),
      rings: (call) => {
        const heard = this.#emitter.emit('call', call)
        for (const loop of this.#loops) loop.rings(call)
        return heard || this.#loops.size > 0
      },
      missed: (call) => {
        this.#emitter.emit('missed', call)
      },
      handedOver: (call) => this.#emitter.emit('transferred', call),
      forgotten: (call) => {
        this.#emitter.emit('loss', { reason: 'shutdown', call, mediaMayRun: true, unsent: 0 })
      },
    })
    this.#parts = [this.#calls]
    this.#account = new Account(this.#asker, this.#link, this.#session)
    this.users = new LiveUsers(this.#asker, (request) => this.#link.request(request))
  }

  /** Connects for the first time. */
  start(signal: AbortSignal | undefined): Promise<void> {
    return waitFor<undefined>(
      this.#options.surroundings,
      { what: 'connect', ...(signal && { signal }) },
      (settle) => {
        const end = this.#emitter.on('state', (state) => {
          if (state.name === 'online') settle.resolve(undefined)
          if (state.name === 'closed') settle.reject(state.why)
        })
        this.#link.wake()
        return end
      },
    ).then(
      () => undefined,
      (error: unknown) => {
        void this.#link.close(new RoomRtcError('closed', 'the client was not wanted any more'))
        throw error
      },
    )
  }

  get state(): ClientState {
    return this.#link.state
  }

  get me(): Person | undefined {
    return this.#session.me
  }

  get doNotDisturb(): boolean {
    return this.#session.doNotDisturb
  }

  get currentCall(): Call | undefined {
    return this.#calls.current
  }

  get iceServers(): readonly IceServer[] {
    return this.#iceServers
  }

  get capabilities(): readonly Capability[] {
    return this.#link.agreement.capabilities
  }

  get limits(): Readonly<Record<string, number>> {
    return this.#link.agreement.limits
  }

  register(who: PasswordLogin, options?: RegisterOptions): Promise<Person> {
    return this.#account.register(who, options)
  }

  login(who: PasswordLogin | TokenLogin, options?: Ask): Promise<Person> {
    return this.#account.login(who, options)
  }

  logout(options?: Ask): Promise<void> {
    return this.#account.logout(options)
  }

  changePassword({ present, next }: { present: string; next: string }, options?: Ask): Promise<void> {
    return this.#account.changePassword(present, next, options)
  }

  setDoNotDisturb(on: boolean, options?: Ask): Promise<void> {
    return this.#account.setDoNotDisturb(on, options)
  }

  deleteAccount({ password }: { password: string }, options?: Ask): Promise<void> {
    return this.#account.deleteAccount(password, options)
  }

  call(to: Person | string, { metadata, sdp, signal }: CallOptions = {}): Call {
    const peer = typeof to === 'string' ? (this.users.get(to) ?? { id: to, username: '' }) : to
    const call = this.#calls.place({ id: peer.id, username: peer.username }, metadata, sdp)
    if (signal === undefined) return call
    const cancel = () => {
      call.cancel()
    }
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel)
    call.on('state', ({ name }) => {
      if (name !== 'ringing-out') signal.removeEventListener('abort', cancel)
    })
    return call
  }

  incoming({ signal }: Ask = {}): AsyncIterableIterator<Call> {
    const end = () => {
      loop.end()
    }
    const loop = new IncomingCalls(() => {
      this.#loops.delete(loop)
      signal?.removeEventListener('abort', end)
    })
    if (signal?.aborted === true || this.state.name === 'closed') {
      end()
      return loop
    }
    this.#loops.add(loop)
    signal?.addEventListener('abort', end)
    return loop
  }

  /** For other modules of this package: the part of this kind, which is there from the first asking on. */
  part<P extends Part>(Kind: new (host: Host) => P): P {
    const known = this.#parts.find((part): part is P => part instanceof Kind)
    if (known !== undefined) return known
    const part = new Kind(this.#host)
    this.#parts.unshift(part)
    return part
  }

  roundTrip(options?: Ask): Promise<number> {
    const { now, monotonic } = this.#options.surroundings
    const start = monotonic()
    const question = {
      what: 'roundTrip',
      message: { type: 'HEARTBEAT' as const, payload: { timestamp: now() } },
      answers: ['HEARTBEAT' as const],
      read: () => monotonic() - start,
    }
    return this.#asker.ask(question, options)
  }

  on<E extends keyof ClientEvents>(event: E, listener: (value: ClientEvents[E]) => void): Unsubscribe {
    return this.#emitter.on(event, listener)
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    for (const part of this.#parts) part.leave?.()
    // So that others are told at once.
    if (this.me !== undefined && this.state.name === 'online') {
      await this.#account.logout({}, FAREWELL_MS).catch(() => undefined)
    }
    await this.#link.close(new RoomRtcError('closed', 'the client was closed'))
    for (const loop of this.#loops) loop.end()
  }

  #take(message: ServerMessage): void {
    const { type, payload } = message
    if (type === 'USER_LIST_RESPONSE') {
      this.users.replace(payload)
      this.#tellOwnState()
    } else if (type === 'USER_STATE_UPDATE') {
      this.users.update(payload)
    } else if (type === 'ICE_SERVERS') {
      this.#iceServers = payload.ice_servers
      this.#emitter.emit('iceServers', this.#iceServers)
    } else if (type === 'DO_NOT_DISTURB_STATE') {
      this.#session.disturbance(payload.on)
    } else if (type === 'GOAWAY') {
      this.#emitter.emit('goaway', { reason: payload.reason, reconnectAfterMs: payload.reconnect_after_ms })
    } else {
      this.#parts.some((part) => part.take(message))
    }
  }

  #over(reason: string): void {
    const call = this.#calls.current
    this.#lostCall = { call, active: call?.isOngoing === true }
    for (const part of this.#parts) part.end?.(reason)
    if (this.me !== undefined) return
    this.users.clear()
    this.#iceServers = []
  }

  /** The server tells everybody of one's own state but oneself. */
  #tellOwnState(): void {
    const own = this.users.get(this.me?.id ?? '')
    if (own === undefined) return
    const busy = this.#parts.some((part) => part.isBusy === true)
    this.users.update({ user_id: own.id, username: own.username, state: busy ? 'Busy' : 'Available' })
  }
}
