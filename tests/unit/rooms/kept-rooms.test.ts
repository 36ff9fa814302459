import { expect, test } from 'vitest'
import type { Change } from '../../../src/application/ports/session-journal.ts'
import { parseRoomId, parseSessionId, parseUserId } from '../../../src/domain/ids.ts'
import type { Member, Room } from '../../../src/domain/room.ts'
import { KeptRooms } from '../../../src/session/resumption/kept-rooms.ts'

function there<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('not there')
  return value
}

const member = (name: string): Member => ({
  user: { id: there(parseUserId(`id-of-${name}`)), username: name },
  session: there(parseSessionId(`session-of-${name}`)),
  nickname: `${name} at home`,
  audioMuted: false,
  videoMuted: false,
  state: 'connected',
})

test('GUEST-4 ROOM-9 a room keeps of a guest nothing but its id', () => {
  const written: Change[] = []
  const log = {
    changed: (change: Change) => void written.push(change),
    owed: () => undefined,
    received: () => undefined,
  }
  const members = [member('alice'), member('visitor')]
  const room: Room = {
    id: there(parseRoomId('voice')),
    name: 'voice',
    maxMembers: 10,
    inviteOnly: false,
    invites: [],
    members,
  }
  const kept = new KeptRooms({
    clock: { monotonicMs: () => 0, wallMs: () => 0 },
    guests: { isGuest: (id) => id === 'id-of-visitor' },
    log,
  })
  for (const one of members) kept.putMember(room, one)
  kept.write(room.id, log)
  const text = JSON.stringify(written)
  expect(text).toContain('alice at home')
  expect(text).toContain('id-of-visitor')
  expect(text).not.toContain('visitor at home')
  expect(text).not.toContain('"username":"visitor"')
})
