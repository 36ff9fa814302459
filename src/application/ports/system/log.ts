type Write = (fields: object, message: string) => void

/** Structured logging; never given credentials, SDP or candidates. */
export interface Log {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
}
