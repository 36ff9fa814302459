import { createHouse, type House, type HouseClient } from './house.ts'
import { type Received, T } from './wire.ts'

/** alice and bob, who can resume and control calls, and carol, a bystander of v1. */
export interface Resuming {
  readonly house: House
  readonly alice: HouseClient
  readonly bob: HouseClient
  readonly carol: HouseClient
  /** Throws away what they have received so far. */
  forget(): void
  /** alice calls bob: the call's id. */
  ring(): Promise<string>
  /** alice calls bob, who accepts: the call's id. */
  connect(): Promise<string>
}

export const CAPABILITIES = ['resume', 'call_control']

export async function createResuming(options: Parameters<typeof createHouse>[0] = {}): Promise<Resuming> {
  const house = createHouse(options)
  const alice = await house.logIn('alice', CAPABILITIES)
  const bob = await house.logIn('bob', CAPABILITIES)
  const carol = await house.logIn('carol')
  const forget = () => {
    for (const client of [alice, bob, carol]) client.take()
  }
  const ring = async () => {
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    const call_id = String(bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
    forget()
    return call_id
  }
  const connect = async () => {
    const call_id = await ring()
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    forget()
    return call_id
  }
  forget()
  return { house, alice, bob, carol, forget, ring, connect }
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
