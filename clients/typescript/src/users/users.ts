import type { Ask, Unsubscribe } from '../ask.ts'
import type { Presence, User } from './person.ts'

export interface UserQuery {
  /** How the name begins, upper and lower case told apart. */
  readonly startsWith?: string
  readonly state?: Presence
  /** 1 to 10 000. */
  readonly limit?: number
}

export interface UserPage {
  readonly users: readonly User[]
  /** There are more than were given. */
  readonly more: boolean
}

/** The users that the server has told of, oneself included, kept up to date while one is logged in. */
export interface Users extends Iterable<User> {
  readonly size: number
  get(id: string): User | undefined
  named(username: string): User | undefined
  /** Is told those that changed, each as it is now. */
  on(event: 'change', listener: (users: readonly User[]) => void): Unsubscribe
  /** Asks the server. Needed where there are more users than an answer of the server holds. */
  search(query: UserQuery, options?: Ask): Promise<UserPage>
}
