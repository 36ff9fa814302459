export interface Person {
  readonly id: string
  readonly username: string
}

/** As on the wire. Who is being rung is still Available. */
export type Presence = 'Available' | 'Busy' | 'Disconnected'

export interface User extends Person {
  readonly state: Presence
}
