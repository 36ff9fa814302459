import type { LiveCall } from '../../domain/call.ts'

/** The call with its instants moved from one clock to another; none of them lies beyond `latest`. */
export function shifted(call: LiveCall, by: number, latest = Infinity): LiveCall {
  if (call.phase === 'ringing') return { ...call, since: Math.min(call.since + by, latest) }
  if (call.talkingSince === undefined) return call
  return { ...call, talkingSince: Math.min(call.talkingSince + by, latest) }
}
