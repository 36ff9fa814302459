import type { KeyObject } from 'node:crypto'
import type { PublicKey } from '../../../application/ports/access-tokens.ts'
import type { Clock } from '../../../application/ports/system/clock.ts'
import { err, ok, type Result } from '../../../domain/result.ts'
import { CLOCK_SKEW_SECS } from '../check-token.ts'
import { keyIdOf, makeKeyParts, privateKeyOf, publicKeyOf } from './signing-key.ts'
import type { KeyStore } from './key-store.ts'
import { MAX_RETIRED, type StoredKeys } from './stored-keys.ts'

interface KeyRingOptions {
  readonly store: KeyStore
  /** Of the tokens that are made from now on. */
  readonly ttlSecs: number
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>
}

interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
}

/** The key that signs our tokens, and those that did before and still count. */
export class KeyRing {
  readonly #options: KeyRingOptions
  #keys: StoredKeys
  #signing: SigningKey
  /** Rotations go one after another. */
  #turn: Promise<unknown> = Promise.resolve()
  #changed: () => void = () => undefined
  #looking: Promise<void> | undefined
  #lookedAt = -Infinity

  constructor(options: KeyRingOptions) {
    this.#options = options
    const { keys, others } = options.store
    this.#keys = keys
    this.#signing = signingKeyOf(keys)
    others?.follow((now) => {
      this.#take(now)
    })
  }

  /** `told` hears of each change, whoever has made it. */
  whenChanged(told: () => void): void {
    this.#changed = told
  }

  get signing(): SigningKey {
    return this.#signing
  }

  get markSecret(): Uint8Array {
    return Buffer.from(this.#keys.mark_secret, 'base64url')
  }

  /** The key with which tokens of that id are checked, as long as any of them can be valid. */
  find(kid: string): KeyObject | undefined {
    const x = this.#valid().find((half) => keyIdOf(half) === kid)
    return x === undefined ? undefined : publicKeyOf(x)
  }

  /** The same of a key that is not known here, and that another process may have made a moment ago. */
  async findAnew(kid: string): Promise<KeyObject | undefined> {
    await this.#lookAgain()
    return this.find(kid)
  }

  publicKeys(): readonly PublicKey[] {
    return this.#valid().map((x) => ({
      kty: 'OKP',
      crv: 'Ed25519',
      x,
      kid: keyIdOf(x),
      use: 'sig',
      alg: 'EdDSA',
    }))
  }

  /**
   * Before the first token is signed: how long a token of this key may live must be in the file, so that a rotation after a
   * change of the configuration knows it.
   */
  async begin(): Promise<void> {
    const { ttlSecs } = this.#options
    await this.#keep(({ signing, ...keys }) =>
      ttlSecs > signing.longest_ttl_secs
        ? { ...keys, signing: { ...signing, longest_ttl_secs: ttlSecs } }
        : undefined,
    )
  }

  /** Signs with a new key from now on. Whatever `save` throws, the old one goes on. `forget`: no earlier key counts any more. */
  rotate(
    forget: boolean,
  ): Promise<Result<{ readonly kid: string; readonly earlierKeys: number }, 'too_many_keys'>> {
    const rotated = this.#turn.then(() => this.#rotate(forget))
    this.#turn = rotated.catch(() => undefined)
    return rotated
  }

  async #rotate(forget: boolean): ReturnType<KeyRing['rotate']> {
    const made = makeKeyParts()
    const kept = await this.#keep((keys) => {
      const { signing } = keys
      const endsAt = this.#nowSecs() + signing.longest_ttl_secs + WRITING_SECS
      const retired = forget ? [] : [...this.#stillValid(keys), { x: signing.x, ends_at: endsAt }]
      if (retired.length > MAX_RETIRED) return undefined
      return { ...keys, signing: { ...made, longest_ttl_secs: this.#options.ttlSecs }, retired }
    })
    return kept === undefined
      ? err('too_many_keys')
      : ok({ kid: keyIdOf(made.x), earlierKeys: kept.retired.length })
  }

  /** What is to be in the place of the keys that there are; undefined where they are to stay. Made anew where others were faster. */
  async #keep(make: (keys: StoredKeys) => StoredKeys | undefined): Promise<StoredKeys | undefined> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const replaced = this.#keys
      const made = make(replaced)
      if (made === undefined) return undefined
      const saved = await this.#options.store.save(made, replaced)
      this.#take(saved === 'kept' ? made : saved)
      if (saved === 'kept') return made
    }
    throw new Error('others change the keys again and again')
  }

  #take(keys: StoredKeys): void {
    if (JSON.stringify(keys) === JSON.stringify(this.#keys)) return
    this.#keys = keys
    this.#signing = signingKeyOf(keys)
    this.#changed()
  }

  /** Seldom, whoever asks: a token may name any key. */
  #lookAgain(): Promise<void> {
    const { store, clock } = this.#options
    const now = clock.monotonicMs()
    if (this.#looking !== undefined) return this.#looking
    if (store.others === undefined || now - this.#lookedAt < LOOK_AGAIN_MS) return Promise.resolve()
    this.#lookedAt = now
    this.#looking = store.others.look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  /** Public halves, that of the signing key first. */
  #valid(): readonly string[] {
    return [this.#keys.signing.x, ...this.#stillValid(this.#keys).map(({ x }) => x)]
  }

  #stillValid({ retired }: StoredKeys): StoredKeys['retired'] {
    return retired.filter(({ ends_at }) => ends_at + CLOCK_SKEW_SECS > this.#nowSecs())
  }

  #nowSecs(): number {
    return Math.floor(this.#options.clock.wallMs() / 1000)
  }
}

/** While the new key is written, tokens are still signed with the old one; a disk hardly takes longer. */
const WRITING_SECS = 60

/** Of several processes that change the keys at once each is done after so many at last. */
const TRIES = 5

const LOOK_AGAIN_MS = 1000

function signingKeyOf({ signing }: StoredKeys): SigningKey {
  return { kid: keyIdOf(signing.x), privateKey: privateKeyOf(signing) }
}
