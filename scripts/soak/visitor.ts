import { connectRaw, type RawClient } from '../../tests/support/wire/raw-client.ts'
import { T } from '../../tests/support/wire/wire.ts'

const PASSWORD = 'pw'
export const EVERYTHING = ['resume', 'call_control', 'ice_servers', 'goaway']

/** A client that is logged in. */
export interface Visitor {
  readonly client: RawClient
  readonly username: string
  readonly userId: string
  /** Of a session that can be resumed. */
  readonly token: string | undefined
}

/** `capabilities`: those of a HELLO; without it the client is one of v1. */
export async function connect(port: number, capabilities: readonly string[] | undefined): Promise<RawClient> {
  const client = await connectRaw(port)
  if (capabilities === undefined) return client
  client.send(T.HELLO, { protocol: 1, client: 'soak', capabilities })
  await client.next(T.WELCOME)
  return client
}

export async function makeAccount(port: number, username: string): Promise<void> {
  const client = await connectRaw(port)
  client.send(T.REGISTER_REQUEST, { username, password_hash: PASSWORD })
  const { payload, text } = await client.next(T.REGISTER_RESPONSE)
  await client.close()
  if (payload['success'] !== true) throw new Error(`${username} was not registered: ${text}`)
}

export async function visit(
  port: number,
  username: string,
  capabilities?: readonly string[],
): Promise<Visitor> {
  return logIn(await connect(port, capabilities), username)
}

export async function logIn(client: RawClient, username: string): Promise<Visitor> {
  client.send(T.LOGIN_REQUEST, { username, password_hash: PASSWORD })
  const { payload, text } = await client.next(T.LOGIN_RESPONSE)
  if (payload['success'] !== true) throw new Error(`${username} did not get in: ${text}`)
  const token = payload['session_token']
  return {
    client,
    username,
    userId: String(payload['user_id']),
    token: typeof token === 'string' ? token : undefined,
  }
}

/**
 * Goes on with the session over a new connection, whether or not the old one is still there. Undefined where it comes too
 * late, as on a busy machine one may.
 */
export async function comeBack(port: number, visitor: Visitor): Promise<Visitor | undefined> {
  const client = await connect(port, EVERYTHING)
  // What was missed is of no interest.
  client.send(T.RESUME, { session_token: visitor.token, last_seq: 0 })
  const { payload } = await Promise.race([client.next(T.RESUMED), client.next(T.RESUME_REFUSED)])
  if (payload['reason'] === undefined) return { ...visitor, client, token: String(payload['session_token']) }
  if (payload['reason'] !== 'expired') throw new Error(`not resumed: ${JSON.stringify(payload)}`)
  await client.close()
  return undefined
}

/** Calls and is accepted: the id of the call. */
export async function ring(caller: Visitor, callee: Visitor): Promise<string> {
  caller.client.send(T.CALL_REQUEST, { to_user_id: callee.userId })
  return String((await callee.client.next(T.CALL_NOTIFICATION)).payload['call_id'])
}

export async function accept(caller: Visitor, callee: Visitor, call_id: string): Promise<void> {
  callee.client.send(T.CALL_RESPONSE, { call_id, accepted: true })
  await caller.client.next(T.CALL_ACCEPTED)
}

/** One description and so many candidates, all of which must arrive. */
export async function relay(from: Visitor, to: Visitor, call_id: string, candidates: number): Promise<void> {
  const address = { call_id, to_user_id: to.userId }
  from.client.send(T.SDP_OFFER, { ...address, sdp: 'v=0\r\n'.repeat(100) })
  for (let i = 0; i < candidates; i += 1) {
    const payload = { ...address, candidate: `candidate:${i}`, sdp_mid: '0', sdp_mline_index: 0 }
    from.client.send(T.ICE_CANDIDATE, payload)
  }
  await to.client.next(T.SDP_OFFER)
  for (let i = 0; i < candidates; i += 1) await to.client.next(T.ICE_CANDIDATE)
}
