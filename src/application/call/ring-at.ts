import type { Effect } from '../effect.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Tx } from '../ports/transaction.ts'

/** A device that comes while its user is being called rings, too (DEV-3). */
export async function ringAt(
  { calls }: Tx,
  { id: session, user }: SessionRecord,
): Promise<readonly Effect[]> {
  const call = await calls.liveCallOf(user.id)
  if (call?.phase !== 'ringing' || call.callee.id !== user.id) return []
  const { caller: from, offer, metadata, transfer } = call
  return [
    { kind: 'call-rings-at', call, session },
    {
      kind: 'tell-incoming-call',
      to: user.id,
      session,
      call: call.id,
      from,
      invitation: { offer, metadata },
      transferredBy: transfer?.by,
    },
  ]
}
