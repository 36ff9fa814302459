import { parseSessionId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { Outcome } from '../effect.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Tx } from '../ports/transaction.ts'
import type { EndSession } from './end-session.ts'

export type LogOutDevice = (tx: Tx, by: SessionRecord, session: string) => Promise<Outcome>

/** DEVICE_LOGOUT: a user ends a session of its own (DEV-12). Of another user's it does not even learn that there is one. */
export function makeLogOutDevice({ endSession }: { readonly endSession: EndSession }): LogOutDevice {
  return async (tx, by, wanted) => {
    const session = parseSessionId(wanted)
    const found = session === undefined ? undefined : await tx.sessions.find(session)
    if (found?.user.id !== by.user.id) return err({ reason: RefusalReason.sessionNotFound })
    const { id, user } = found
    const cause = id === by.id ? 'log_out' : 'log_out_device'
    return ok([
      ...(await endSession(tx, { user, session: id, cause })),
      { kind: 'answer-devices', user: user.id, session: by.id },
    ])
  }
}
