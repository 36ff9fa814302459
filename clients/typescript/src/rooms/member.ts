import type { Person } from '../users/person.ts'

/** Another one in a room, as it is now. */
export interface Member extends Person {
  readonly nickname: string
  readonly audioMuted: boolean
  readonly videoMuted: boolean
  /** Of its connection to the server; its media may go on all the same. */
  readonly state: 'connected' | 'reconnecting'
  /** Who of the two sends the first offer: the one who came later. */
  readonly offers: 'me' | 'peer'
}

/** The others in a room, in the order in which they came. */
export interface Members extends Iterable<Member> {
  readonly size: number
  get(id: string): Member | undefined
}
