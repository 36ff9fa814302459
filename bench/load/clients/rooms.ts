import { T } from '../../shared/wire.ts'
import type { Call } from './calls.ts'
import type { Member } from './crowd.ts'

/** Everybody enters a room of so many; of each two who follow one another the second signals to the first. */
export async function joinRooms(members: readonly Member[], size: number): Promise<Call[]> {
  const calls: Call[] = []
  for (const [at, member] of members.entries()) {
    const room = `room-${Math.floor(at / size)}`
    await enter(member, room)
    const before = members[at - 1]
    if (at % 2 === 1 && before !== undefined) calls.push({ caller: member, callee: before, callId: room })
  }
  return calls
}

/** The last of them, who is in no room, enters the first one and leaves it again. */
export async function visitRoom(members: readonly Member[], times: number): Promise<void> {
  const visitor = members.at(-1)
  if (visitor === undefined) throw new Error('nobody is there')
  for (let time = 0; time < times; time++) {
    await enter(visitor, 'room-0')
    visitor.client.send(T.ROOM_LEAVE, { room_id: 'room-0' })
    await visitor.client.next(T.ROOM_LEFT)
  }
}

async function enter({ client }: Member, room_id: string): Promise<void> {
  client.send(T.ROOM_JOIN, { room_id })
  await client.next(T.ROOM_JOINED)
}
