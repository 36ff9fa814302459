import { expect } from 'vitest'
import { connectRaw, type RawClient } from '../wire/raw-client.ts'
import { T } from '../wire/wire.ts'
import { statesIn } from './torture/fields.ts'

export interface Person {
  readonly client: RawClient
  readonly id: string
  /** Where it can resume. */
  readonly token: unknown
  /** Its last call. */
  callId: string
}

/** Registered and logged in. */
export async function enter(
  ends: (() => unknown)[],
  port: number,
  name: string,
  capabilities: readonly string[] = ['resume', 'rooms', 'call_control'],
): Promise<Person> {
  const client = await connectRaw(port)
  ends.push(() => client.close())
  client.send(T.HELLO, { protocol: 1, client: 'test', capabilities })
  await client.next(T.WELCOME)
  client.send(T.REGISTER_REQUEST, { username: name, password_hash: 'secret' })
  await client.next(T.REGISTER_RESPONSE)
  client.send(T.LOGIN_REQUEST, { username: name, password_hash: 'secret' })
  const { payload } = await client.next(T.LOGIN_RESPONSE)
  return { client, id: String(payload['user_id']), token: payload['session_token'], callId: '' }
}

export async function call(caller: Person, callee: Person): Promise<void> {
  caller.client.send(T.CALL_REQUEST, { to_user_id: callee.id })
  const { call_id } = (await callee.client.next(T.CALL_NOTIFICATION)).payload
  callee.client.send(T.CALL_RESPONSE, { call_id, accepted: true })
  await caller.client.next(T.CALL_ACCEPTED)
  caller.callId = callee.callId = String(call_id)
}

/** What it has sent has been handled. */
export async function untilHeard(client: RawClient): Promise<void> {
  client.send(T.HEARTBEAT, { timestamp: 1 })
  await client.next(T.HEARTBEAT)
}

/** By being told, without asking. */
export async function untilSeen({ client }: Person, { id }: Person, state: string): Promise<void> {
  for (;;) {
    const { payload } = await client.next(T.USER_STATE_UPDATE)
    if (payload['user_id'] === id && payload['state'] === state) return
  }
}

export async function statesSeenBy({ client }: Person): Promise<Readonly<Record<string, unknown>>> {
  client.send(T.USER_LIST_REQUEST, {})
  const { payload } = await client.next(T.USER_LIST_RESPONSE)
  return Object.fromEntries(statesIn(payload))
}

/** Both enter a room, and the first has heard of the second: before her node has, she cannot signal to him. */
export async function meet(first: Person, second: Person): Promise<void> {
  for (const { client } of [first, second]) {
    client.send(T.ROOM_JOIN, { room_id: 'voice' })
    await client.next(T.ROOM_JOINED)
  }
  expect((await first.client.next(T.ROOM_MEMBER)).payload).toMatchObject({ event: 'joined' })
}
