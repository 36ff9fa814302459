import type { User } from 'roomrtc-client'

/** What is asked for in the list, and what the server has found. */
type Search =
  | { readonly name: 'none' }
  | { readonly name: 'asking'; readonly text: string }
  | { readonly name: 'found'; readonly text: string; readonly users: readonly User[]; readonly more: boolean }
  | { readonly name: 'failed'; readonly text: string; readonly reason: string }

export interface People {
  /** All that the client knows of, oneself left out; the server may have more. */
  readonly known: readonly User[]
  /** There are, or were in this visit, so many that only those in sight are kept up to date. */
  readonly isLong: boolean
  readonly search: Search
}

export const nobody: People = { known: [], isLong: false, search: { name: 'none' } }

export interface Shown {
  readonly users: readonly User[]
  /** There are others, which only a search finds. */
  readonly more: boolean
}

/** More rows than anybody reads; a search finds the others. */
const MOST_ROWS = 200

/** The list as the client has it now. */
export function withKnown(people: People, known: readonly User[]): People {
  return { ...people, known, isLong: people.isLong || known.length > MOST_ROWS }
}

const RANK: Readonly<Record<User['state'], number>> = { Available: 0, Busy: 1, Disconnected: 2 }

/** Who is to be seen: those who are here first, then by name. `compare` is that of the language. */
export function shownPeople(
  { known, search }: Omit<People, 'isLong'>,
  compare: (a: string, b: string) => number,
): Shown {
  const found = search.name === 'none' ? known : matching(known, search)
  const sorted = found.toSorted(
    (a, b) => RANK[a.state] - RANK[b.state] || compare(a.username, b.username) || (a.id < b.id ? -1 : 1),
  )
  const more = search.name === 'found' && search.more
  return { users: sorted.slice(0, MOST_ROWS), more: more || sorted.length > MOST_ROWS }
}

/** Of those that are known, what is known counts: it is as it is now. */
function matching(known: readonly User[], search: Exclude<Search, { name: 'none' }>): readonly User[] {
  const text = folded(search.text)
  const here = known.filter(({ username }) => folded(username).includes(text))
  if (search.name !== 'found') return here
  const ids = new Set(here.map(({ id }) => id))
  return [...here, ...search.users.filter(({ id }) => !ids.has(id))]
}

/** Without case and accents, as people type names. */
function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
