import type { NamedMessage } from '../../protocol/codec/named-message.ts'
import { messageTable } from '../../protocol/message-table.ts'

/** An event for a client. */
export interface Outgoing {
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
}

const { CALL_REQUEST, HANGUP, ICE_CANDIDATE, LOGOUT_REQUEST } = messageTable

/** Of these the client has nothing to learn where the call is over: it has been told, or is about to be. */
const mayComeTooLate: ReadonlySet<unknown> = new Set([HANGUP.code, ICE_CANDIDATE.code, LOGOUT_REQUEST.code])

/** A message in the words of clients that speak in events; undefined where there are none for it. `peer`: the other party. */
export function outgoingOf(
  message: NamedMessage,
  { peer, target }: { readonly peer: string | undefined; readonly target: string | undefined },
): Outgoing | undefined {
  const { call_id: callId, reason, sdp } = message
  const about = { from: peer, callId }
  switch (message.type) {
    case 'CALL_NOTIFICATION':
    case 'SDP_OFFER':
      return {
        event: 'incoming_call',
        payload: { ...about, ...(sdp === undefined ? {} : { offer: { type: 'offer', sdp } }) },
      }
    case 'CALL_ACCEPTED':
    case 'SDP_ANSWER':
      // Without it the answer is still to come.
      if (sdp === undefined) return undefined
      return { event: 'call_answered', payload: { ...about, answer: { type: 'answer', sdp } } }
    case 'ICE_CANDIDATE': {
      const { candidate, sdp_mid: sdpMid, sdp_mline_index: sdpMLineIndex } = message
      return {
        event: 'ice_candidate',
        payload: { ...about, candidate: { candidate, sdpMid, sdpMLineIndex } },
      }
    }
    case 'CALL_DECLINED':
      if (reason === 'timeout') return timeout(peer, callId)
      return { event: 'call_declined', payload: { ...about, reason } }
    case 'HANGUP':
      if (reason === 'timeout') return timeout(peer, callId)
      return { event: 'call_ended', payload: { ...about, reason, durationMs: message['duration_ms'] } }
    case 'ERROR':
      return failure(message, target)
    default:
      return undefined
  }
}

function timeout(peer: string | undefined, callId: unknown): Outgoing {
  return { event: 'call_timeout', payload: { user: peer, from: peer, callId } }
}

function failure(message: NamedMessage, targetUser: string | undefined): Outgoing | undefined {
  const { reason, message: error, in_reply_to, retry_after_ms: retryAfterMs } = message
  const why = { reason, error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  if (in_reply_to === undefined) return { event: 'force_disconnect', payload: why }
  if (in_reply_to === CALL_REQUEST.code && reason === 'callee_busy')
    return { event: 'call_busy', payload: { targetUser, ...why } }
  const isLate = reason === 'call_not_found' || reason === 'not_call_peer' || reason === 'login_required'
  if (isLate && mayComeTooLate.has(in_reply_to)) return undefined
  const whom = targetUser === undefined ? {} : { targetUser }
  return { event: 'call_failed', payload: { ...why, ...whom } }
}
