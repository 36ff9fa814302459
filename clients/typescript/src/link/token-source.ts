/**
 * Gives a token to log in with. Asked when one is needed: at the login, and again when the last one has expired.
 * What it throws is what `login` rejects with.
 */
export type TokenSource = (why: 'login' | 'expired') => Promise<string>

export interface PasswordLogin {
  readonly username: string
  readonly password: string
}

export interface TokenLogin {
  readonly token: string | TokenSource
}
