import type { BackoffTimes, SharedLimits } from '../../application/ports/shared-limits.ts'
import type { UserId } from '../../domain/ids.ts'
import { type Action, ActionScores, type ScoreRules } from './action-scores.ts'
import { type BanTimes, Bans } from './bans.ts'
import { Bucket, perMinute, type Rate } from './bucket.ts'
import { CONNECTION_COST } from './costs.ts'
import { FadingMap } from './fading-map.ts'
import { type LoginAttempt, LoginBackoff } from './login-backoff.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import { pleaseWait } from './please-wait.ts'
import { sharedBackoff } from './shared-backoff.ts'
import { ConnectionMeter, GRANTED, type Meter, type MeterContext, type MeterRates } from './meter.ts'

/** How much each may ask of the server. Addresses are as limits count by them; instants are monotonic milliseconds. */
export interface RateLimits {
  /** Of a fresh connection: why it is turned away, if it is. */
  arrive(address: string, now: number): WireRefusal | undefined
  /** Of a request that no connection is metered for, as one by HTTP: why it is not heard, if it is not. */
  ask(address: string, cost: number, now: number): WireRefusal | undefined
  /** Before its TLS handshake, which costs more than all the rest: false where its address has been turned away too often. */
  mayShakeHands(address: string, now: number): boolean
  /** What a user does that has a rule of its own (RATE-10): why not now, if not. */
  act(action: Action, user: UserId, now: number): WireRefusal | undefined
  /** For one connection. */
  meter(address: string): Meter
  /** A login, or how many milliseconds to wait for one. */
  beginLogin(address: string, username: string, now: number): MaybeLater<LoginAttempt | number>
  /** Of a bad token, which names nobody: how many milliseconds to wait for an answer; 0 is none. */
  failedToken(address: string, now: number): MaybeLater<number>
  /** Of a RESUME with an unknown token: how many milliseconds to wait for an answer; 0 is none. */
  failedResume(address: string, now: number): number
  /** For an administrator; undefined where nobody is ever banned. */
  readonly bans: Pick<Bans, 'banFor' | 'lift' | 'list'> | undefined
}

/** At once, or where other nodes count too after a word with them. */
type MaybeLater<T> = T | Promise<T>

export interface RateSettings extends MeterRates {
  readonly user: Rate
  readonly address: Rate
  readonly signal: Rate
  readonly call: Rate
  readonly login: Rate
  readonly registration: Rate
  readonly failedResume: Rate
  readonly ban: BanTimes
  readonly backoff: BackoffTimes
  readonly actions: ScoreRules
}

/** Handshakes done for an address only to tell it that it may not come in. */
const TOLD_A_MINUTE = 60

/** `others`: with other nodes, behind whatever this one knows by itself. */
export function createRateLimits(settings: RateSettings, others?: SharedLimits): RateLimits {
  const buckets = (rate: Rate) =>
    new FadingMap(
      () => new Bucket(rate),
      (bucket, now) => bucket.isFull(now),
    )
  const shared = {
    users: buckets(settings.user),
    addresses: buckets(settings.address),
    signals: buckets(settings.signal),
    calls: buckets(settings.call),
    logins: buckets(settings.login),
    registrations: buckets(settings.registration),
  }
  const refusals = buckets(perMinute(TOLD_A_MINUTE))
  const failedResumes = buckets(settings.failedResume)
  const bans = new Bans(settings.ban, others?.bans)
  const scores = new ActionScores(settings.actions)
  const own = new LoginBackoff(settings.backoff)
  const backoff = others === undefined ? own : sharedBackoff(own, others.failures, settings.backoff)
  const metered: MeterContext = {
    rates: settings,
    shared,
    expel: (address, now) => bans.ban(address, now),
  }

  /** What exceeds the rate of its address, or comes from a banned one, is refused. */
  function take(address: string, cost: number, now: number, excess: string): WireRefusal | undefined {
    const banned = bans.left(address, now)
    if (banned > 0) return pleaseWait('address_banned', 'Too many requests from this address', banned)
    const wait = shared.addresses.get(address, now).take(cost, now)
    return wait === 0 ? undefined : pleaseWait('rate_limited', excess, wait)
  }

  return {
    arrive(address, now) {
      const refusal = take(address, CONNECTION_COST, now, 'Too many connections')
      if (refusal !== undefined) refusals.get(address, now).take(1, now)
      return refusal
    },

    ask: (address, cost, now) => take(address, cost, now, 'Too many requests from this address'),

    act: (action, user, now) => scores.take(action, user, now),

    mayShakeHands: (address, now) => refusals.find(address)?.isEmpty(now) !== true,

    meter: (address) => new ConnectionMeter(address, metered),

    beginLogin: (address, username, now) => backoff.begin(address, username, now),

    failedToken: (address, now) => backoff.failedOf(address, now),

    failedResume: (address, now) => failedResumes.get(address, now).take(1, now),

    bans,
  }
}

const unlimitedMeter: Meter = {
  user: undefined,
  charge: () => GRANTED,
  chargeSignal: () => GRANTED,
  spend: () => undefined,
}
const unlimitedLogin: LoginAttempt = {
  succeeded: () => undefined,
  failed: () => undefined,
  cancelled: () => undefined,
}

/** For `security.enable_rate_limiting: false`. */
export const unlimited: RateLimits = {
  arrive: () => undefined,
  ask: () => undefined,
  act: () => undefined,
  mayShakeHands: () => true,
  meter: () => ({ ...unlimitedMeter }),
  beginLogin: () => unlimitedLogin,
  failedToken: () => 0,
  failedResume: () => 0,
  bans: undefined,
}
