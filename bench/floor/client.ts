export interface Client {
  /** Takes a whole frame. */
  readonly socket: { write(frame: Buffer): unknown }
  user_id: string
  username: string
  /** The other party of its call. */
  peer: Client | undefined
}

/** By user_id. */
export const online = new Map<string, Client>()
