import type { SecurityLog } from '../../application/ports/security-log.ts'
import type { UserId } from '../../domain/ids.ts'
import { messageTable } from '../../protocol/message-table.ts'
import type { Figures } from '../figures/figures.ts'
import type { WireRefusal } from './present-refusal.ts'

/** Who is told of what happens, beside the client. */
export interface Witnesses {
  readonly figures: Figures
  readonly securityLog: SecurityLog
}

const LOGIN_REQUEST = messageTable.LOGIN_REQUEST.code

/** A request is refused to a client at that address. A login is a security event (SEC-2). */
export function witnessRefusal(
  { figures, securityLog }: Witnesses,
  { reason, account }: WireRefusal,
  inReplyTo: number | undefined,
  address: string,
): void {
  figures.refusals.add(reason)
  if (inReplyTo !== LOGIN_REQUEST) return
  figures.logins.add(reason)
  const event = reason === 'invalid_token' || reason === 'expired_token' ? 'token_refused' : 'login_refused'
  securityLog.write({ event, reason, address, userId: account })
}

/** A client is expelled, and its address banned. */
export function witnessBan(
  { figures, securityLog }: Witnesses,
  address: string,
  userId: UserId | undefined,
): void {
  figures.bans.add('flooding')
  securityLog.write({ event: 'ban', reason: 'flooding', address, userId })
}
