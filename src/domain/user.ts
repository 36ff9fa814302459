import type { UserId } from './ids.ts'

/** Who somebody is, as others may see it. */
export interface User {
  readonly id: UserId
  readonly username: string
}

/** A registered user as the account file keeps it. */
export interface Account extends User {
  /** bcrypt, or the 16-hex-digit digest of the original server until the next good login, or a `tokenField`. */
  readonly passwordHash: string
  /** Unix seconds. */
  readonly createdAt: number
  /** It can neither log in nor resume. */
  readonly disabled?: boolean
}
