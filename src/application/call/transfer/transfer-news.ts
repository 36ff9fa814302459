import type { ActiveCall } from '../../../domain/call.ts'
import type { CallId } from '../../../domain/ids.ts'
import type { User } from '../../../domain/user.ts'
import type { Effect } from '../../effect.ts'
import type { TransferState } from './transfer-state.ts'

/** Tells both parties of a call how its transfer stands. */
export function tellTransfer(
  { id: call, caller, callee, sessions }: ActiveCall,
  transfer: { readonly newCall: CallId; readonly by: User; readonly target: User },
  state: TransferState,
): readonly Effect[] {
  const news = { kind: 'tell-transfer', call, ...transfer, state } as const
  return [
    { ...news, to: caller.id, session: sessions.caller },
    { ...news, to: callee.id, session: sessions.callee },
  ]
}
