import { z } from 'zod'
import { roomName } from '../../shared/users.ts'
import { frame, HEADER_BYTES, T } from '../../shared/wire.ts'
import { candidatePayload } from '../relay/payloads.ts'
import type { Call } from './calls.ts'
import type { Client } from './client.ts'
import type { Member } from './crowd.ts'

/** Everybody enters a room of so many; of each two who follow one another the second signals to the first. */
export async function joinRooms(members: readonly Member[], size: number): Promise<Call[]> {
  const calls: Call[] = []
  for (const [at, member] of members.entries()) {
    const room = roomName(Math.floor(at / size))
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

interface Around {
  readonly roomSize: number
  /** Of each. */
  readonly messages: number
}

/** Each signals to the next one of its room, the last to the first, and acknowledges what it is told. */
export async function signalAround(
  members: readonly Member[],
  { roomSize, messages }: Around,
): Promise<void> {
  const handled = members.map(({ client }) => lastOf(client, messages))
  for (const [at, member] of members.entries()) {
    const first = at - (at % roomSize)
    const callee = members[first + ((at + 1 - first) % roomSize)]
    if (callee === undefined) throw new Error('a room that is not full')
    const callId = roomName(first / roomSize)
    const signal = frame(T.ICE_CANDIDATE, candidatePayload({ caller: member, callee, callId }))
    for (let sent = 0; sent < messages; sent++) member.client.write(signal)
  }
  const last = await Promise.all(handled)
  await Promise.all(
    members.map(({ client }, at) => {
      client.send(T.HEARTBEAT, { timestamp: 1, ack: last[at] })
      return client.next(T.HEARTBEAT)
    }),
  )
}

const numbered = z.object({ seq: z.int() })

/** The number of the last of so many signals. */
function lastOf(client: Client, signals: number): Promise<number> {
  return new Promise((resolve) => {
    let left = signals
    client.watch(T.ICE_CANDIDATE, (_type, bytes, start, end) => {
      left -= 1
      if (left > 0) return
      const text = bytes.toString('utf8', start + HEADER_BYTES, end)
      resolve(numbered.parse(JSON.parse(text)).seq)
    })
  })
}

async function enter({ client }: Member, room_id: string): Promise<void> {
  client.send(T.ROOM_JOIN, { room_id })
  await client.next(T.ROOM_JOINED)
}
