import { expect, test } from 'vitest'
import {
  type Outcome,
  outcomeInHistory,
  outcomeOf,
  type PastCall,
  withHistory,
} from '../../../web/src/model/past-calls.ts'

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

test.each<[Parameters<typeof outcomeInHistory>[0]['outcome'], Outcome, Outcome]>([
  ['answered', 'talked', 'talked'],
  ['missed', 'missed', 'missed'],
  ['declined', 'declined_by_me', 'declined_by_peer'],
  ['cancelled', 'cancelled', 'cancelled'],
  ['no_answer', 'unanswered', 'unanswered'],
  ['busy', 'busy', 'busy'],
  ['unavailable', 'unavailable', 'unavailable'],
  ['failed', 'lost', 'lost'],
  ['a word of a later server', 'lost', 'lost'],
])(
  'PAGE-30 a call of the history that was %s: %s for the callee, %s for the caller',
  (outcome, callee, caller) => {
    expect(outcomeInHistory({ outcome, direction: 'incoming' })).toBe(callee)
    expect(outcomeInHistory({ outcome, direction: 'outgoing' })).toBe(caller)
  },
)

test('PAGE-30 what the server knows comes into the list at its place, each call once', () => {
  const call = (callId: string | undefined, at: number): PastCall => ({
    id: at,
    callId,
    peer: { id: 'b', username: 'bob' },
    role: 'callee',
    kind: 'video',
    at,
    durationMs: 0,
    outcome: 'missed',
  })
  const visit = [call('c', 30), call(undefined, 15)]
  const both = withHistory(visit, [call('d', 40), call('c', 29), call('a', 10)])
  expect(both.map(({ callId, at }) => [callId, at])).toEqual([
    ['d', 40],
    ['c', 30],
    [undefined, 15],
    ['a', 10],
  ])
  const many = Array.from({ length: 50 }, (_, at) => call(`call ${at}`, at))
  expect(withHistory([], many)).toHaveLength(20)
})
