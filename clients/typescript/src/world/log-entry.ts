/** What happened, in words of this package. Never a secret, a session description or a candidate. */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn'
  readonly event: string
  /** Unix time in milliseconds. */
  readonly at: number
  readonly [field: string]: unknown
}

export type Log = (entry: LogEntry) => void
