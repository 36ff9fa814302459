import type { User } from 'roomrtc-client'

const RANK: Readonly<Record<User['state'], number>> = { Available: 0, Busy: 1, Disconnected: 2 }

/** The others whose names begin so, those who are there first, then by name. */
export function rosterOf(users: Iterable<User>, me: string | undefined, prefix: string): readonly User[] {
  return [...users]
    .filter(({ id, username }) => id !== me && username.startsWith(prefix))
    .sort((a, b) => RANK[a.state] - RANK[b.state] || (a.username < b.username ? -1 : 1))
}
