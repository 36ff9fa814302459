import type { KeyObject } from 'node:crypto'
import type { PublicKey } from '../../../application/ports/access-tokens.ts'
import type { Clock } from '../../../application/ports/system/clock.ts'
import { err, ok, type Result } from '../../../domain/result.ts'
import { CLOCK_SKEW_SECS } from '../check-token.ts'
import { keyIdOf, makeKeyParts, privateKeyOf, publicKeyOf } from './signing-key.ts'
import { MAX_RETIRED, type StoredKeys } from './stored-keys.ts'

interface KeyRingOptions {
  readonly keys: StoredKeys
  /** Of the tokens that are made from now on. */
  readonly ttlSecs: number
  readonly clock: Pick<Clock, 'wallMs'>
  /** Keeps the keys; throws where they cannot be kept. */
  readonly save: (keys: StoredKeys) => Promise<void>
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

  constructor(options: KeyRingOptions) {
    this.#options = options
    this.#keys = options.keys
    this.#signing = signingKeyOf(options.keys)
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
    const { signing } = this.#keys
    const { ttlSecs } = this.#options
    if (ttlSecs > signing.longest_ttl_secs)
      await this.#keep({ ...this.#keys, signing: { ...signing, longest_ttl_secs: ttlSecs } })
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
    const { signing } = this.#keys
    const endsAt = this.#nowSecs() + signing.longest_ttl_secs + WRITING_SECS
    const retired = forget ? [] : [...this.#retired(), { x: signing.x, ends_at: endsAt }]
    if (retired.length > MAX_RETIRED) return err('too_many_keys')
    await this.#keep({
      ...this.#keys,
      signing: { ...makeKeyParts(), longest_ttl_secs: this.#options.ttlSecs },
      retired,
    })
    return ok({ kid: this.#signing.kid, earlierKeys: retired.length })
  }

  async #keep(keys: StoredKeys): Promise<void> {
    await this.#options.save(keys)
    this.#keys = keys
    this.#signing = signingKeyOf(keys)
  }

  /** Public halves, that of the signing key first. */
  #valid(): readonly string[] {
    return [this.#keys.signing.x, ...this.#retired().map(({ x }) => x)]
  }

  #retired(): StoredKeys['retired'] {
    return this.#keys.retired.filter(({ ends_at }) => ends_at + CLOCK_SKEW_SECS > this.#nowSecs())
  }

  #nowSecs(): number {
    return Math.floor(this.#options.clock.wallMs() / 1000)
  }
}

/** While the new key is written, tokens are still signed with the old one; a disk hardly takes longer. */
const WRITING_SECS = 60

function signingKeyOf({ signing }: StoredKeys): SigningKey {
  return { kid: keyIdOf(signing.x), privateKey: privateKeyOf(signing) }
}
