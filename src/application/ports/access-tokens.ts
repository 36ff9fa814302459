import type { UserId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'

export interface IssuedToken {
  readonly token: string
  readonly expiresInSecs: number
}

/** Whom a good token speaks of. */
export type Bearer =
  | {
      /** Ours: of an account of this server. */
      readonly kind: 'account'
      readonly id: UserId
      /** Whether the account has the name and the password that it had when the token was made. */
      readonly stillHolds: (account: Account) => boolean
    }
  | {
      /** Another issuer's: of a name. */
      readonly kind: 'name'
      readonly issuer: string
      readonly username: string
      /** What stands in place of a password hash in the account that belongs to this bearer. */
      readonly field: string
      readonly createsAccounts: boolean
    }

/** A JWK Set, RFC 7517. */
interface PublicKeys {
  readonly keys: readonly PublicKey[]
}

export interface PublicKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly kid: string
  readonly use: 'sig'
  readonly alg: 'EdDSA'
}

interface Rotation {
  /** Of the key that signs from now on. */
  readonly kid: string
  /** How many earlier keys are valid until the last of their tokens has ended. */
  readonly earlierKeys: number
}

/** JWTs that stand in place of a password. Those by which a session is resumed are `SessionTokens`. */
export interface AccessTokens {
  issue(account: Pick<Account, 'id' | 'username' | 'passwordHash'>): Promise<IssuedToken>

  /** Whether the token is genuine and valid now; whether its account may log in is not asked here. */
  verify(token: string): Promise<Result<Bearer, 'invalid_token' | 'expired_token'>>

  /** By which others can check our tokens: of every key with which a valid one may be signed. */
  publicKeys(): PublicKeys

  /** Signs with a new key from now on; durable when answered. `forget`: tokens made before are invalid at once. */
  rotate(forget: boolean): Promise<Result<Rotation, 'too_many_keys' | 'storage_unavailable'>>
}
