/** The secrets by which a session is resumed. */
export interface SessionTokens {
  /** 256 random bits in printable form. */
  create(): string
  /** What is kept of a token: from it nobody can tell the token. */
  hash(token: string): string
}
