import type { House, HouseClient } from './house.ts'
import { createTrio, type Trio } from './trio.ts'
import { type Received, T } from '../wire/wire.ts'

export type Resuming = Trio

export const CAPABILITIES = ['resume', 'call_control']

/** alice and bob, who can resume and control calls, and carol, a bystander of v1. */
export function createResuming(options: Parameters<typeof createTrio>[1] = {}): Promise<Trio> {
  return createTrio({ ofAlice: CAPABILITIES, ofBob: CAPABILITIES }, options)
}

interface ResumeRequest {
  readonly session_token: string
  readonly last_seq: number
  readonly request_id?: string
}

/** A new connection that says HELLO and RESUME. What came after WELCOME is left to be looked at. */
export async function resume(
  house: House,
  request: ResumeRequest,
  capabilities: readonly string[] = CAPABILITIES,
): Promise<HouseClient> {
  const client = house.connect()
  await client.hello(capabilities)
  client.take()
  await client.send(T.RESUME, request)
  return client
}

/** What came back in the place of a lost client: its answer, what it had missed, and the rest. */
export interface Back {
  readonly client: HouseClient
  readonly resumed: Readonly<Record<string, unknown>>
  readonly missed: readonly Received[]
  readonly after: readonly Received[]
}

/** Resumes a client's session, which must succeed. */
export async function comeBack(house: House, lost: HouseClient, last_seq: number): Promise<Back> {
  const client = await resume(house, { session_token: lost.token, last_seq }, lost.capabilities)
  const [answer, ...rest] = client.take()
  if (answer?.type !== T.RESUMED) throw new Error(`not resumed: ${answer?.text ?? 'no answer'}`)
  client.userId = String(answer.payload['user_id'])
  client.token = String(answer.payload['session_token'])
  const replayed = Number(answer.payload['replayed'])
  return { client, resumed: answer.payload, missed: rest.slice(0, replayed), after: rest.slice(replayed) }
}

/** An ICE candidate that can be told from others. */
export function candidate(call_id: string, to: HouseClient, text: string): object {
  return { call_id, to_user_id: to.userId, candidate: text, sdp_mid: '0', sdp_mline_index: 0 }
}
