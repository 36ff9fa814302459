import { describe, expect, test } from 'vitest'
import type { Action } from '../../../web/src/model/action.ts'
import type { Phase } from '../../../web/src/model/call-view.ts'
import { after, insideAfter, me, someUser } from './some-user.ts'

const bob = someUser('bob')
const side = { onHold: false, audioMuted: false, videoMuted: false }
const active: Phase = { name: 'active', own: side, peer: side, peerAway: false }
const begin: Action = { type: 'call', peer: bob, kind: 'video', role: 'caller', phase: { name: 'preparing' } }

describe('the door', () => {
  test('PAGE-10 a refusal is shown, and is gone when one tries again or another way', () => {
    const refused: Action = {
      type: 'refused',
      refusal: { reason: 'invalid_credentials', retryAfterMs: undefined },
    }
    const shown = after({ type: 'working' }, refused)
    expect(shown.screen).toMatchObject({ isWorking: false, refusal: { reason: 'invalid_credentials' } })
    expect(after(refused, { type: 'working' }).screen).toMatchObject({ isWorking: true, refusal: undefined })
    expect(after(refused, { type: 'way', way: 'guest' }).screen).toMatchObject({
      way: 'guest',
      refusal: undefined,
    })
  })

  test('PAGE-10 what this tab knew is good for nothing any more: one is at the door and told why', () => {
    const state = after(
      { type: 'entering' },
      { type: 'refused', refusal: { reason: 'expired_token', retryAfterMs: undefined } },
    )
    expect(state.screen).toMatchObject({ name: 'outside', refusal: { reason: 'expired_token' } })
  })

  test('PAGE-18 who is signed out from outside is told why, and no window stays open over it', () => {
    const signedOut = { reason: 'session_replaced', username: 'me', mayReturn: true }
    const state = after(
      { type: 'inside', me, isGuest: false },
      { type: 'settings', isOpen: true },
      { type: 'outside', signedOut },
    )
    expect(state).toMatchObject({ isSettingsOpen: false, screen: { name: 'outside', signedOut } })
  })
})

describe('inside', () => {
  test('PAGE-11 one does not see oneself in the list', () => {
    expect(insideAfter({ type: 'known', users: [me, bob] }).people.known).toEqual([bob])
  })

  test('PAGE-11 an answer to an earlier question changes nothing', () => {
    const { people } = insideAfter(
      { type: 'searching', text: 'bo' },
      { type: 'searching', text: 'bob' },
      { type: 'found', text: 'bo', users: [someUser('bobby')], more: false },
      { type: 'not_found', text: 'bo', reason: 'timeout' },
    )
    expect(people.search).toEqual({ name: 'asking', text: 'bob' })
  })

  test('PAGE-11 what was found stays to be seen while the next question is asked, and goes with the text', () => {
    const found: Action = { type: 'found', text: 'b', users: [bob, me], more: true }
    const { people } = insideAfter({ type: 'searching', text: 'b' }, found, { type: 'searching', text: 'bo' })
    expect(people.search).toEqual({ name: 'found', text: 'bo', users: [bob], more: true })
    expect(
      insideAfter({ type: 'searching', text: 'b' }, found, { type: 'searching', text: ' ' }).people.search,
    ).toEqual({ name: 'none' })
  })

  test('PAGE-12 what happens to a call is seen as long as there is one', () => {
    const { call } = insideAfter(
      begin,
      { type: 'call_phase', phase: active, role: 'callee' },
      { type: 'call_link', link: 'interrupted' },
      { type: 'call_sharing', isSharing: true },
    )
    expect(call).toMatchObject({ role: 'callee', phase: active, link: 'interrupted', isSharing: true })
    const over = insideAfter(
      begin,
      { type: 'call_over', past: undefined },
      { type: 'call_link', link: 'connected' },
    )
    expect(over.call).toBeUndefined()
  })

  test('PAGE-12 the calls of this visit are kept, the newest first, and no more than twenty', () => {
    const past = Array.from({ length: 25 }, (_, id): Action => ({
      type: 'call_over',
      past: {
        id,
        callId: undefined,
        peer: bob,
        role: 'caller',
        kind: 'voice',
        at: id,
        durationMs: 0,
        outcome: 'busy',
      },
    }))
    expect(insideAfter(...past).past.map(({ id }) => id)).toEqual(
      Array.from({ length: 20 }, (_, i) => 24 - i),
    )
  })

  test('PAGE-17 of one kind of news the last is shown, and what was lost stays until it is closed', () => {
    const lost = { name: 'lost', callWith: 'bob', unsent: 2, reason: 'expired' } as const
    const notices: readonly Action[] = [
      { type: 'notice', id: 1, what: { name: 'refused', reason: 'rate_limited' } },
      { type: 'notice', id: 2, what: lost },
      { type: 'notice', id: 3, what: { name: 'refused', reason: 'draining' } },
    ]
    expect(insideAfter(...notices).notices.map(({ id }) => id)).toEqual([2, 3])
    expect(insideAfter(...notices, { type: 'notice_closed', id: 2 }).notices.map(({ id }) => id)).toEqual([3])
  })

  test('PAGE-23 calls that were missed are in the list, each who called is told, and a call goes on', () => {
    const missed = (id: number, username: string): readonly Action[] => [
      {
        type: 'call_missed',
        past: {
          ...{ id, callId: undefined, peer: someUser(username), role: 'callee', kind: 'video' },
          ...{ at: id, durationMs: 0, outcome: 'missed' },
        },
      },
      { type: 'notice', id, what: { name: 'missed', username } },
    ]
    const inside = insideAfter(begin, ...missed(1, 'carol'), ...missed(2, 'dave'), ...missed(3, 'carol'))
    expect(inside.past.map(({ peer }) => peer.username)).toEqual(['carol', 'dave', 'carol'])
    expect(inside.notices.map(({ id }) => id)).toEqual([2, 3])
    expect(inside.call).toBeDefined()
  })

  test('PAGE-10 nothing of it happens to who is not signed in', () => {
    const before = after({ type: 'way', way: 'register' })
    expect(after({ type: 'way', way: 'register' }, begin, { type: 'known', users: [bob] })).toEqual(before)
  })
})
