/** What an administrator may see of a code that lets people register. Instants are Unix milliseconds. */
export interface Invite {
  /** Names it to administrators; the code cannot be told from it. */
  readonly id: string
  readonly note: string
  readonly createdAt: number
  readonly expiresAt: number | undefined
  /** How many accounts it is good for, and how many were made by it. */
  readonly uses: number
  readonly used: number
}

/** One use of a code, which nobody else can have meanwhile. */
export interface Reservation {
  /** It counts; durable when answered. Else it is given back. `invalid_invite`: the code was revoked or used up meanwhile. */
  commit(): Promise<'done' | 'invalid_invite' | 'storage_unavailable'>
  /** Nothing has come of it. */
  giveBack(): Promise<void>
}

/** The codes by which people register. Of a code its hash is kept; it is shown once. */
export interface Invites {
  create(wanted: {
    readonly uses: number
    readonly expiresAt: number | undefined
    readonly note: string
    readonly now: number
  }): Promise<{ readonly code: string; readonly invite: Invite } | 'too_many_invites' | 'storage_unavailable'>
  list(): Promise<readonly Invite[] | 'storage_unavailable'>
  revoke(id: string): Promise<'done' | 'invite_not_found' | 'storage_unavailable'>
  /** `invalid_invite`: there is no such code, or it is used up, or it has expired by now. */
  reserve(code: string, now: number): Promise<Reservation | 'invalid_invite' | 'storage_unavailable'>
  close(): Promise<void>
}
