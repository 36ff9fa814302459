import type { Invitation } from 'roomrtc-client/rooms'
import { expect, test } from 'vitest'
import { defaultPreferences } from '../../../web/src/model/preferences.ts'
import { initialState, reduce } from '../../../web/src/model/reduce.ts'
import { columnsFor, entering, hashOfRoom, roomIdOf, roomInHash } from '../../../web/src/model/room-view.ts'

test.each([
  ['voice', 'voice'],
  ['  Tea time ', 'Tea-time'],
  ['Café am Eck', 'Cafe-am-Eck'],
  ['a/b#c?d', 'abcd'],
  ['!', ''],
  ['x'.repeat(70), 'x'.repeat(64)],
])('PAGE-24 %o is the room %o', (typed, id) => {
  expect(roomIdOf(typed)).toBe(id)
})

test('PAGE-27 a link leads to its room, and anything else behind the # to none', () => {
  expect(roomInHash(hashOfRoom('techial_voice-2'))).toBe('techial_voice-2')
  for (const hash of ['', '#', '#room=', '#room=a b', '#room=%61', '#people', `#room=${'x'.repeat(65)}`]) {
    expect(roomInHash(hash)).toBeUndefined()
  }
})

test('PAGE-25 so many pictures never stand in more than four columns, nor in many more rows than columns', () => {
  for (let pictures = 1; pictures <= 16; pictures++) {
    expect(Math.ceil(pictures / columnsFor(pictures))).toBeLessThanOrEqual(columnsFor(pictures))
  }
})

const inside = reduce(initialState(defaultPreferences), {
  type: 'inside',
  me: { id: 'a', username: 'alice' },
  isGuest: false,
})

function roomsOf(state: ReturnType<typeof reduce>) {
  if (state.screen.name !== 'inside') throw new Error('not inside')
  return state.screen
}

test('PAGE-27 of invitations the last one of each room stands there, and three at most', () => {
  const invitation = (id: string, invite: string): Invitation => ({
    room: { id, name: id },
    from: { id: 'b', username: 'bob' },
    invite,
    expiresAt: 0,
  })
  const invites = ['tea', 'attic', 'tea', 'voice', 'cellar'].map((id, at) => invitation(id, `${at}`))
  const after = invites.reduce((state, one) => reduce(state, { type: 'invited', invitation: one }), inside)
  expect(roomsOf(after).rooms.invitations.map(({ invite }) => invite)).toEqual(['2', '3', '4'])
  const declined = reduce(after, { type: 'invitation_over', room: 'voice' })
  expect(roomsOf(declined).rooms.invitations.map(({ room }) => room.id)).toEqual(['tea', 'cellar'])
})

test('PAGE-28 how the room before ended is not told any more to who enters another one', () => {
  const what = { name: 'room_over', room: 'tea', reason: 'removed' } as const
  const removed = reduce(inside, { type: 'notice', id: 1, what })
  expect(roomsOf(removed).notices).toHaveLength(1)
  const entry = { id: 'voice', nickname: 'alice', kind: 'video', invite: undefined } as const
  const entered = reduce(removed, { type: 'room', room: entering(entry) })
  expect(roomsOf(entered).notices).toHaveLength(0)
  const speaking = reduce(entered, { type: 'speaking', ids: new Set(['b']) })
  expect(roomsOf(reduce(speaking, { type: 'room', room: undefined })).rooms.speaking.size).toBe(0)
})
