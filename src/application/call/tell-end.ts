import type { CallNotice, EndedCall } from '../../domain/call.ts'
import type { CallId } from '../../domain/ids.ts'
import type { Effect } from '../effect.ts'

/** Tells a party, or a device of it, that a call has ended. */
export function tellEnd(
  { id: call, reason, durationMs, activeSince, caller }: EndedCall,
  notice: CallNotice,
): Effect {
  if (notice.notice === 'elsewhere') return tellElsewhere(call, notice)
  const { to, peer } = notice
  const end = { ...whom(notice), call, reason, durationMs }
  const missed = activeSince === undefined && to.id !== caller.id
  return notice.notice === 'declined'
    ? { kind: 'tell-declined', ...end, peer }
    : { kind: 'tell-hangup', ...end, missed: missed ? caller : undefined }
}

/** To a device that rings no more. Its user knows: the call was not missed. */
export function tellElsewhere(
  call: CallId,
  notice: Extract<CallNotice, { readonly notice: 'elsewhere' }>,
): Effect {
  const { reason } = notice
  return { kind: 'tell-hangup', ...whom(notice), call, reason, durationMs: 0, missed: undefined }
}

export function whom({ to, session, except }: CallNotice) {
  return { to: to.id, session, except }
}
