/** How failed logins make their sender wait. */
export interface BackoffTimes {
  /** Wrong passwords that cost nothing, of one user from one address. */
  readonly free: number
  /** The same of all users from one address. */
  readonly freePerAddress: number
  /** The first wait, doubled with each further failure. */
  readonly firstMs: number
  readonly longestMs: number
}

/** A login that no failure at any node holds up. To be told of its outcome, whichever it is. */
export interface SharedAttempt {
  succeeded(): void
  failed(): void
  /** The password was not looked at. */
  cancelled(): void
}

/** Failed logins at all nodes. Where they cannot be asked in time, nothing is known of any: nobody waits, nothing rejects. */
export interface SharedFailures {
  /** An attempt, or how many milliseconds to wait for one. */
  begin(address: string, username: string, times: BackoffTimes): Promise<SharedAttempt | number>
  /** A failure that names no user: counted by address, unless that has to wait; how many milliseconds, then. */
  failedOf(address: string, times: BackoffTimes): Promise<number>
}

/** What holds for an address from now on. Instants are milliseconds of the clock that all nodes go by. */
export interface SharedBan {
  readonly address: string
  /** Not banned where that is over. */
  readonly untilMs: number
  /** How many offences in a row it has been banned for. */
  readonly times: number
}

/** Bans of addresses, at all nodes. */
export interface SharedBans {
  /** Tells all nodes; what cannot be told is dropped. From `forgottenMs` on it says nothing any more. */
  tell(ban: SharedBan, forgottenMs: number): void
  /** `heard` is told of those that there are, and of each change: one's own changes too. */
  follow(heard: (ban: SharedBan) => void): void
}

/** What protects accounts at all nodes, behind what each node knows by itself. */
export interface SharedLimits {
  readonly failures: SharedFailures
  readonly bans: SharedBans
}
