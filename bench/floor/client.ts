import type { Socket } from 'node:net'

export interface Client {
  readonly socket: Socket
  user_id: string
  username: string
  /** The other party of its call. */
  peer: Client | undefined
}

/** By user_id. */
export const online = new Map<string, Client>()
