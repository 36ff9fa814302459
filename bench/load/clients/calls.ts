import { z } from 'zod'
import { T } from '../../shared/wire.ts'
import { eachOf, type Member } from './crowd.ts'

export interface Call {
  readonly caller: Member
  readonly callee: Member
  readonly callId: string
}

const ofCall = z.object({ call_id: z.string() })

/** The first calls the second, the third the fourth and so on; resolves when all calls are active. */
export async function callInPairs(members: readonly Member[]): Promise<Call[]> {
  return eachOf(Math.floor(members.length / 2), 16, (i) => {
    const [caller, callee] = members.slice(2 * i, 2 * i + 2)
    if (caller === undefined || callee === undefined) throw new Error('half a pair')
    return call(caller, callee)
  })
}

export async function call(caller: Member, callee: Member): Promise<Call> {
  const callId = await ring(caller, callee)
  const accepted = caller.client.next(T.CALL_ACCEPTED)
  callee.client.send(T.CALL_RESPONSE, { call_id: callId, accepted: true })
  await accepted
  return { caller, callee, callId }
}

/** Resolves when the callee knows. */
export async function ring(caller: Member, callee: Member): Promise<string> {
  const notified = callee.client.next(T.CALL_NOTIFICATION)
  caller.client.send(T.CALL_REQUEST, { to_user_id: callee.userId })
  return ofCall.parse(await notified).call_id
}

/** The caller hangs up; resolves when the callee knows. */
export async function hangUp({ caller, callee, callId }: Call): Promise<void> {
  const told = callee.client.next(T.HANGUP)
  caller.client.send(T.HANGUP, { call_id: callId })
  await told
}
