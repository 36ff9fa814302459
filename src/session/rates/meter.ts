import type { UserId } from '../../domain/ids.ts'
import type { ClientMessage } from '../../protocol/message-table.ts'
import { Bucket, type Rate } from './bucket.ts'
import type { FadingMap } from './fading-map.ts'

/** Why a message is not heard, if it is not. */
export type Verdict =
  | { readonly kind: 'granted' }
  | { readonly kind: 'limited'; readonly waitMs: number; readonly first: boolean }
  /** The peer went on in spite of all: it is to be disconnected. */
  | { readonly kind: 'expelled'; readonly waitMs: number }

/** What one connection asks, counted. */
export interface Meter {
  /** Whose session the connection has. */
  user: UserId | undefined
  /** `type`: undefined of a message that is refused for its form. `now` in monotonic milliseconds. */
  charge(type: ClientMessage['type'] | undefined, cost: number, now: number): Verdict
  /** A signal between the parties of an active call: it has a bucket of its own, which is its user's. */
  chargeSignal(cost: number, now: number): Verdict
  /** Of what was granted: what it turned out to cost besides. */
  spend(cost: number, now: number): void
}

export interface MeterRates {
  readonly session: Rate
  /** How many limited messages, and how fast they are forgiven. */
  readonly score: Rate
}

interface SharedBuckets {
  readonly users: FadingMap<Bucket>
  readonly addresses: FadingMap<Bucket>
  /** By user. */
  readonly signals: FadingMap<Bucket>
  readonly calls: FadingMap<Bucket>
  /** By address. */
  readonly logins: FadingMap<Bucket>
  readonly registrations: FadingMap<Bucket>
}

/** What all meters have in common. */
export interface MeterContext {
  readonly rates: MeterRates
  readonly shared: SharedBuckets
  /** Bans the address, and gives for how long. */
  readonly expel: (address: string, now: number) => number
}

/** Each of these costs a slow look at a password. */
const lookAtPassword: ReadonlySet<string> = new Set(['LOGIN_REQUEST', 'CHANGE_PASSWORD', 'DELETE_ACCOUNT'])

/** Each of these rings somebody. */
const rings: ReadonlySet<string> = new Set(['CALL_REQUEST', 'CALL_TRANSFER'])

export const GRANTED: Verdict = { kind: 'granted' }

/** Of a limit that the connection's own behaviour exceeds, or that others from its address exceed as well. */
interface Wait {
  readonly ms: number
  readonly own: boolean
}

/** One connection against its own bucket, its user's and its address's. */
export class ConnectionMeter implements Meter {
  readonly #address: string
  readonly #context: MeterContext
  readonly #session: Bucket
  #user: UserId | undefined
  #ofUser: Bucket | undefined
  #ofSignals: Bucket | undefined
  #ofAddress: Bucket | undefined
  /** Only of those who have exceeded a limit. */
  #score: Bucket | undefined

  constructor(address: string, context: MeterContext) {
    this.#address = address
    this.#context = context
    this.#session = new Bucket(context.rates.session)
  }

  get user(): UserId | undefined {
    return this.#user
  }

  set user(user: UserId | undefined) {
    this.#user = user
    this.#ofUser = this.#ofSignals = undefined
  }

  charge(type: ClientMessage['type'] | undefined, cost: number, now: number): Verdict {
    return this.#verdict(this.#wait(type, cost, now), now)
  }

  chargeSignal(cost: number, now: number): Verdict {
    const own = this.#signalBucket(now)?.take(cost, now) ?? 0
    if (own > 0) return this.#verdict({ ms: own, own: true }, now)
    const shared = this.#addressBucket(now).take(cost, now)
    return this.#verdict(shared > 0 ? { ms: shared, own: false } : undefined, now)
  }

  #verdict(wait: Wait | undefined, now: number): Verdict {
    if (wait === undefined) return GRANTED
    const first = this.#score === undefined
    this.#score ??= new Bucket(this.#context.rates.score)
    // Who suffers from its neighbours is not punished for it.
    if (wait.own && this.#score.take(1, now) > 0)
      return { kind: 'expelled', waitMs: this.#context.expel(this.#address, now) }
    return { kind: 'limited', waitMs: wait.ms, first }
  }

  spend(cost: number, now: number): void {
    this.#session.spend(cost, now)
    this.#userBucket(now)?.spend(cost, now)
    this.#addressBucket(now).spend(cost, now)
  }

  /** Its own buckets first, so that a flood is its own fault and not its address's. */
  #wait(type: ClientMessage['type'] | undefined, cost: number, now: number): Wait | undefined {
    const own =
      this.#session.take(cost, now) ||
      (this.#userBucket(now)?.take(cost, now) ?? 0) ||
      (type !== undefined && rings.has(type) && this.#user !== undefined
        ? this.#context.shared.calls.get(this.#user, now).take(1, now)
        : 0)
    if (own > 0) return { ms: own, own: true }
    const shared =
      this.#addressBucket(now).take(cost, now) || (this.#accountBucket(type, now)?.take(1, now) ?? 0)
    return shared > 0 ? { ms: shared, own: false } : undefined
  }

  #accountBucket(type: ClientMessage['type'] | undefined, now: number): Bucket | undefined {
    if (type !== undefined && lookAtPassword.has(type))
      return this.#context.shared.logins.get(this.#address, now)
    if (type === 'REGISTER_REQUEST') return this.#context.shared.registrations.get(this.#address, now)
    return undefined
  }

  // A bucket that is full may have been forgotten and made anew for another connection: it is asked for again. So the
  // maps are not looked into for every message.
  #addressBucket(now: number): Bucket {
    if (this.#ofAddress?.isFull(now) !== false)
      this.#ofAddress = this.#context.shared.addresses.get(this.#address, now)
    return this.#ofAddress
  }

  #signalBucket(now: number): Bucket | undefined {
    if (this.#user === undefined) return undefined
    if (this.#ofSignals?.isFull(now) !== false)
      this.#ofSignals = this.#context.shared.signals.get(this.#user, now)
    return this.#ofSignals
  }

  #userBucket(now: number): Bucket | undefined {
    if (this.#user === undefined) return undefined
    if (this.#ofUser?.isFull(now) !== false) this.#ofUser = this.#context.shared.users.get(this.#user, now)
    return this.#ofUser
  }
}
