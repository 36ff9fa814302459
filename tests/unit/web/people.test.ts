import { expect, test } from 'vitest'
import { nobody, type People, shownPeople, withKnown } from '../../../web/src/model/people.ts'
import { someUser } from './some-user.ts'

const { compare } = new Intl.Collator('de', { numeric: true })
const names = (people: Pick<People, 'known' | 'search'>) =>
  shownPeople(people, compare).users.map(({ username }) => username)
const known = [
  someUser('zoe'),
  someUser('Ärmel', 'Busy'),
  someUser('user 10'),
  someUser('user 9'),
  someUser('anna', 'Disconnected'),
]

test('PAGE-11 who is here comes first, then who is in a call, each by name as the language orders them', () => {
  expect(names({ known, search: { name: 'none' } })).toEqual(['user 9', 'user 10', 'zoe', 'Ärmel', 'anna'])
})

test('PAGE-11 a search finds a part of a name, without case and accents', () => {
  expect(names({ known, search: { name: 'asking', text: 'ARM' } })).toEqual(['Ärmel'])
  expect(names({ known, search: { name: 'failed', text: 'oe', reason: 'timeout' } })).toEqual(['zoe'])
})

test('PAGE-11 what the server finds is added, and of whom both know, what is known now counts', () => {
  const users = [someUser('zoe', 'Disconnected'), someUser('zora')]
  const shown = shownPeople({ known, search: { name: 'found', text: 'zo', users, more: true } }, compare)
  expect(shown).toEqual({ users: [someUser('zoe'), someUser('zora')], more: true })
})

test('PAGE-11 of very many the first are drawn, and it is said that there are more', () => {
  const many = Array.from({ length: 5000 }, (_, index) => someUser(`user ${index}`))
  const { users, more } = shownPeople({ known: many, search: { name: 'none' } }, compare)
  expect([users.length, users.at(-1)?.username, more]).toEqual([200, 'user 199', true])
})

test('PAGE-43 a list that has been long stays one that is: those in sight are kept up to date', () => {
  const many = Array.from({ length: 201 }, (_, index) => someUser(`user ${index}`))
  const short = withKnown(nobody, many.slice(1))
  const long = withKnown(short, many)
  expect([short.isLong, long.isLong, withKnown(long, []).isLong]).toEqual([false, true, true])
})
