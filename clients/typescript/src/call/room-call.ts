import type { Ask, Unsubscribe } from '../ask.ts'
import { Emitter } from '../emitter.ts'
import { RoomRtcError } from '../error.ts'
import type { Person } from '../users/person.ts'
import { waitFor } from '../wait.ts'
import type { ServerPayloads } from '../wire/server-messages.ts'
import type { Surroundings } from '../world/surroundings.ts'
import type { CallState, Side } from './call-state.ts'
import type { Call, CallEvents, Metadata } from './call.ts'
import { SignalBox } from './signal-box.ts'
import type { Signal } from './signal.ts'
import { Stopwatch } from './stopwatch.ts'
import { type Transfer, transferOf } from './transfer.ts'

/** What a call asks to be done; each is told to the server. */
export interface CallActions {
  readonly accept: (call: RoomCall, sdp: string | undefined) => void
  readonly decline: (call: RoomCall) => void
  /** Of a call that rings at the other end, or is yet to. */
  readonly cancel: (call: RoomCall) => void
  readonly hangup: (call: RoomCall) => void
  readonly update: (call: RoomCall, change: Partial<Side>) => void
  readonly signal: (call: RoomCall, signal: Signal) => void
  readonly transfer: (call: RoomCall, to: Person) => void
  /** `ring`: the id of the call that rings for it. */
  readonly cancelTransfer: (ring: string) => void
}

export interface CallStart {
  readonly id: string | undefined
  readonly role: 'caller' | 'callee'
  readonly peer: Person
  readonly metadata: Metadata | undefined
  readonly offer: string | undefined
  readonly expiresAt: number | undefined
}

/** Of a call of which no more is known. */
export const unknown = { id: undefined, metadata: undefined, offer: undefined, expiresAt: undefined }

const plainSide: Side = { onHold: false, audioMuted: false, videoMuted: false }

export class RoomCall implements Call {
  readonly #world: Pick<Surroundings, 'setTimer'>
  readonly #actions: CallActions
  readonly #emitter = new Emitter<CallEvents>()
  readonly #stopwatch: Stopwatch
  readonly signals: SignalBox
  offersFirst: boolean | undefined
  #start: CallStart
  #own = plainSide
  #peer = plainSide
  #peerAway = false
  #state: CallState
  readonly #untold: CallState[] = []
  #transferTo: Person | undefined
  #transfer: { readonly ring: string; readonly stands: Transfer } | undefined

  constructor(world: Pick<Surroundings, 'setTimer' | 'monotonic'>, start: CallStart, actions: CallActions) {
    this.#world = world
    this.#actions = actions
    this.#start = start
    this.#stopwatch = new Stopwatch(world.monotonic)
    const { expiresAt } = start
    this.#state =
      start.role === 'caller'
        ? { name: 'ringing-out', expiresAt, alerting: false }
        : { name: 'ringing-in', expiresAt }
    this.signals = new SignalBox((signal) => {
      actions.signal(this, signal)
    })
  }

  get id(): string | undefined {
    return this.#start.id
  }

  get role(): 'caller' | 'callee' {
    return this.#start.role
  }

  get peer(): Person {
    return this.#start.peer
  }

  get metadata(): Metadata | undefined {
    return this.#start.metadata
  }

  get offer(): string | undefined {
    return this.#start.offer
  }

  get state(): CallState {
    return this.#state
  }

  get alerting(): boolean {
    return this.#state.name === 'ringing-out' && this.#state.alerting
  }

  get transferring(): Transfer | undefined {
    return this.#transfer?.stands
  }

  get isOver(): boolean {
    return this.#state.name === 'ended'
  }

  get isOngoing(): boolean {
    return this.#state.name === 'active' || this.#state.name === 'held'
  }

  durationMs(): number {
    return this.#state.name === 'ended' ? this.#state.durationMs : this.#stopwatch.elapsed
  }

  accept(options: { readonly sdp?: string } = {}): void {
    if (this.#state.name !== 'ringing-in') return
    this.#actions.accept(this, options.sdp)
    this.becameActive()
  }

  decline(): void {
    if (this.#state.name !== 'ringing-in') return
    this.#actions.decline(this)
    this.end('declined')
  }

  cancel(): void {
    if (this.#state.name !== 'ringing-out') return
    this.#actions.cancel(this)
    this.end('cancelled')
  }

  hangup(): void {
    this.decline()
    this.cancel()
    if (!this.isOngoing) return
    this.#actions.hangup(this)
    this.end('hangup')
  }

  hold(on: boolean): void {
    this.#change({ onHold: on })
  }

  mute({ audio, video }: { readonly audio?: boolean; readonly video?: boolean }): void {
    this.#change({
      ...(audio !== undefined && { audioMuted: audio }),
      ...(video !== undefined && { videoMuted: video }),
    })
  }

  transfer(to: Person): void {
    if (!this.isOngoing) return
    this.#transferTo = to
    this.#actions.transfer(this, to)
  }

  cancelTransfer(): void {
    if (this.#transfer !== undefined) this.#actions.cancelTransfer(this.#transfer.ring)
  }

  until(name: CallState['name'] | 'over', { signal }: Ask = {}): Promise<CallState> {
    const wanted = name === 'over' ? 'ended' : name
    const what = `a call that is ${name}`
    return waitFor(this.#world, { what, ...(signal && { signal }) }, ({ resolve, reject }) => {
      const look = () => {
        const state = this.#state
        if (state.name === wanted) resolve(state)
        else if (state.name === 'ended') {
          reject(new RoomRtcError('closed', `the call has ended: ${state.reason}`, { reason: state.reason }))
        }
      }
      look()
      return this.#emitter.on('state', look)
    })
  }

  on<E extends keyof CallEvents>(event: E, listener: (value: CallEvents[E]) => void): Unsubscribe {
    return this.#emitter.on(event, listener)
  }

  /** The server knows it by this id, and by more of what it is. */
  isKnownAs(known: Partial<CallStart> & { readonly id: string }): void {
    this.#start = { ...this.#start, ...known }
  }

  ringsUntil(expiresAt: number | undefined, alerting = this.alerting): void {
    const { name } = this.#state
    if (name === 'ringing-out') this.#become({ name, expiresAt, alerting })
    else if (name === 'ringing-in') this.#become({ name, expiresAt })
  }

  becameActive(): void {
    if (this.isOver || this.isOngoing) return
    this.#become(this.#ongoing())
    if (this.#own !== plainSide) this.#actions.update(this, this.#own)
    this.signals.open()
  }

  peerChanged(change: Partial<Side>): void {
    this.#peer = { ...this.#peer, ...change }
    if (this.isOngoing) this.#become(this.#ongoing())
  }

  /** The other one goes on with another device, which offers anew. */
  peerMoved(): void {
    this.offersFirst = false
    this.#emitter.emit('moved', undefined)
  }

  peerIsAway(away: boolean): void {
    if (away === this.#peerAway) return
    this.#peerAway = away
    if (this.isOngoing) this.#become(this.#ongoing())
  }

  transferStands(told: ServerPayloads['CALL_TRANSFER'], now: number): void {
    const stands = transferOf(told, now)
    this.#transfer = stands.state === 'ringing' ? { ring: told.new_call_id, stands } : undefined
    this.#emitter.emit('transfer', stands)
  }

  transferRefused(by: string, reason: string): void {
    const to = this.#transferTo
    if (to !== undefined) this.#emitter.emit('transfer', { state: 'failed', to, by, reason })
  }

  /** How long it has been active, as the server knows it. */
  lasted(durationMs: number): void {
    this.#stopwatch.set(durationMs)
  }

  /** The connection came back. */
  resumed(): void {
    if (this.isOngoing) this.#emitter.emit('resumed', undefined)
  }

  end(reason: string, durationMs = this.#stopwatch.elapsed): void {
    if (this.isOver) return
    this.signals.close()
    this.#transfer = undefined
    this.#stopwatch.run(false)
    this.#become({ name: 'ended', reason, durationMs })
  }

  #change(change: Partial<Side>): void {
    const own = { ...this.#own, ...change }
    const same =
      own.onHold === this.#own.onHold &&
      own.audioMuted === this.#own.audioMuted &&
      own.videoMuted === this.#own.videoMuted
    if (same || this.isOver) return
    this.#own = own
    if (!this.isOngoing) return
    this.#actions.update(this, change)
    this.#become(this.#ongoing())
  }

  #ongoing(): CallState {
    const [me, peer] = [this.#own.onHold, this.#peer.onHold]
    this.#stopwatch.run(!me && !peer)
    const ongoing = { own: this.#own, peer: this.#peer, peerAway: this.#peerAway }
    if (!me && !peer) return { name: 'active', ...ongoing }
    return { name: 'held', by: me && peer ? 'both' : me ? 'me' : 'peer', ...ongoing }
  }

  /** A listener may bring about the next state: all are told of one before the next. */
  #become(state: CallState): void {
    this.#state = state
    this.#untold.push(state)
    if (this.#untold.length > 1) return
    for (let next = this.#untold[0]; next !== undefined; next = this.#untold[0]) {
      this.#emitter.emit('state', next)
      this.#untold.shift()
    }
  }
}
