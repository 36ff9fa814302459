// By its parts: the whole of jose takes four times the memory.
import type { JWTVerifyGetKey } from 'jose'
import { JWKSNoMatchingKey } from 'jose/errors'
import { createLocalJWKSet } from 'jose/jwks/local'
import type { Clock } from '../../../application/ports/system/clock.ts'
import type { Log } from '../../../application/ports/system/log.ts'
import type { FetchKeys } from './fetch-keys.ts'
import { type IssuerKey, PUBLIC_KEY_ALGORITHMS } from './issuer-key.ts'

/** Whatever tokens come: an issuer is asked so often at most, whether or not it answers. */
const PAUSE_MS = 60_000

/** Older ones are asked for anew, so that a key that was withdrawn does not count for longer. */
const FRESH_MS = 600_000

/** While an issuer does not answer, its last keys count for so long. */
const USABLE_MS = 3_600_000

interface Options {
  readonly issuer: string
  readonly url: string
  readonly fetch: FetchKeys
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly log: Pick<Log, 'warn'>
}

interface Known {
  readonly find: JWTVerifyGetKey
  readonly since: number
}

/** The keys that an issuer publishes: fetched when first needed, kept, and renewed for a key id that is not among them. */
export class RemoteKeys implements IssuerKey {
  readonly algorithms = PUBLIC_KEY_ALGORITHMS
  readonly #options: Options
  #known: Known | undefined
  #askedAt = -Infinity
  #asking: Promise<void> | undefined

  constructor(options: Options) {
    this.#options = options
  }

  readonly get: JWTVerifyGetKey = async (header, token) => {
    if (this.#age() > FRESH_MS) await this.#renew()
    const known = this.#usable()
    try {
      return await known.find(header, token)
    } catch (error) {
      if (!(error instanceof JWKSNoMatchingKey) || header.kid === undefined) throw error
      await this.#renew()
      return this.#usable().find(header, token)
    }
  }

  #usable(): Known {
    if (this.#known === undefined || this.#age() > USABLE_MS) throw new JWKSNoMatchingKey()
    return this.#known
  }

  #age(): number {
    return this.#options.clock.monotonicMs() - (this.#known?.since ?? -Infinity)
  }

  /** Whoever comes while the issuer is being asked waits for the same answer. */
  async #renew(): Promise<void> {
    const now = this.#options.clock.monotonicMs()
    if (this.#asking === undefined) {
      if (now - this.#askedAt < PAUSE_MS) return
      this.#askedAt = now
      this.#asking = this.#ask(now).finally(() => {
        this.#asking = undefined
      })
    }
    await this.#asking
  }

  async #ask(now: number): Promise<void> {
    const { issuer, url, fetch, log } = this.#options
    const fetched = await fetch(url)
    if (fetched.ok) this.#known = { find: createLocalJWKSet(fetched.value), since: now }
    else log.warn({ issuer, url, cause: fetched.error }, 'the keys of an issuer of tokens cannot be fetched')
  }
}
