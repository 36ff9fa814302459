import { err, ok, type Result } from '../domain/result.ts'
import type { Pushed } from './pushed.ts'

export interface Credentials {
  readonly username: string
  /** To the server an opaque secret; what shares accounts with native clients is in PROTOCOL.md, AUTH-6. */
  readonly password_hash: string
}

/** In place of credentials: a JWT of the server, or of an issuer that it knows. */
export interface TokenLogin {
  readonly token: string
}

/** The present one and its successor, each as `password_hash` of the credentials. */
export interface NewPassword {
  readonly password_hash: string
  readonly new_password_hash: string
}

export interface Account {
  readonly user_id: string
  readonly username: string
}

/** The server's no: `reason` is a word of PROTOCOL.md's table, to be matched on; `message` is for people. */
export interface Refused {
  readonly reason: string
  readonly message: string
}

/** These two answers hold a yes or a no of their own. */
export function readAccount({
  payload,
}: Pushed<'REGISTER_RESPONSE' | 'LOGIN_RESPONSE'>): Result<Account, Refused> {
  if (!payload.success) return err({ reason: payload.reason, message: payload.error })
  const { user_id, username } = payload
  return ok({ user_id, username })
}
