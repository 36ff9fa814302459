import { expect, test } from 'vitest'
import { type Outcome, outcomeOf } from '../../../web/src/model/past-calls.ts'

/** How it is called by who called, and by who was called. */
const untalked: readonly [string, Outcome, Outcome][] = [
  ['declined', 'declined_by_peer', 'declined_by_me'],
  ['timeout', 'unanswered', 'missed'],
  ['cancelled', 'cancelled', 'missed'],
  ['callee_busy', 'busy', 'missed'],
  ['user_unavailable', 'unavailable', 'missed'],
  ['peer_disconnected', 'unavailable', 'missed'],
  ['hangup', 'cancelled', 'missed'],
  ['rate_limited', 'refused', 'missed'],
  ['a word of a later server', 'refused', 'missed'],
  ['lost', 'lost', 'lost'],
]

test.each(untalked)(
  'PAGE-12 a call that ends with %s before anybody talked: %s, %s',
  (reason, caller, callee) => {
    const end = { reason, wasAnswered: false }
    expect([outcomeOf('caller', end), outcomeOf('callee', end)]).toEqual([caller, callee])
  },
)

test.each<[string, Outcome]>([
  ['hangup', 'talked'],
  ['logout', 'talked'],
  ['shutdown', 'talked'],
  ['a word of a later server', 'talked'],
  ['peer_disconnected', 'peer_lost'],
  ['lost', 'lost'],
])('PAGE-12 a call that ends with %s after they have talked: %s', (reason, outcome) => {
  const end = { reason, wasAnswered: true }
  expect([outcomeOf('caller', end), outcomeOf('callee', end)]).toEqual([outcome, outcome])
})
