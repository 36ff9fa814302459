import type { CallView } from '../../../application/call/call-view.ts'
import type { TransferState } from '../../../application/call/transfer/transfer-state.ts'
import type { Effect } from '../../../application/effect.ts'
import type { CallSide } from '../../../domain/call-side.ts'
import type { SessionId } from '../../../domain/ids.ts'
import type { User } from '../../../domain/user.ts'
import type { Capability } from '../../../protocol/capabilities.ts'
import type { ServerMessage } from '../../../protocol/message-table.ts'
import type { ResumedCall } from '../../../protocol/messages/resumption.ts'

export type Told = Extract<Effect, { readonly kind: `tell-${string}` }>

export function isTold(effect: Effect): effect is Told {
  return effect.kind.startsWith('tell-')
}

/** Whether the session of its user is one of those that it is for. */
export function isAddressed({ session, except }: Told, id: SessionId): boolean {
  return (session === undefined || id === session) && id !== except
}

/**
 * What a party of a call is told, in the words that its client understands: a client that agreed on nothing gets the
 * messages and fields of v1 and no others.
 */
export function presentTo(can: ReadonlySet<Capability>, effect: Told): readonly ServerMessage[] {
  const controls = can.has('call_control')
  switch (effect.kind) {
    case 'tell-incoming-call': {
      const { call, from, invitation, transferredBy: by } = effect
      const { offer: sdp, metadata } = invitation
      const payload = { call_id: call, from_user_id: from.id, from_username: from.username }
      if (!controls) return [{ type: 'CALL_NOTIFICATION', payload }]
      const transfer =
        by === undefined ? {} : { transferred_by_user_id: by.id, transferred_by_username: by.username }
      return [{ type: 'CALL_NOTIFICATION', payload: { ...payload, sdp, metadata, ...transfer } }]
    }
    case 'tell-ringing': {
      if (!controls) return []
      const { expiresInMs: expires_in_ms, alerting } = effect
      return [{ type: 'RINGING', payload: { ...callAndPeer(effect), expires_in_ms, alerting } }]
    }
    case 'tell-accepted': {
      const { role, answer: sdp, to, call, peer, replaces } = effect
      if (controls)
        return [{ type: 'CALL_ACCEPTED', payload: { ...callAndPeer(effect), role, sdp, replaces } }]
      const accepted: ServerMessage = { type: 'CALL_ACCEPTED', payload: callAndPeer(effect) }
      if (sdp === undefined) return [accepted]
      const payload = { call_id: call, from_user_id: peer.id, to_user_id: to, sdp }
      return [accepted, { type: 'SDP_ANSWER', payload }]
    }
    case 'tell-early-offer': {
      if (controls) return []
      const { call, from, to, offer: sdp } = effect
      return [{ type: 'SDP_OFFER', payload: { call_id: call, from_user_id: from, to_user_id: to, sdp } }]
    }
    case 'tell-updated': {
      if (!controls) return []
      const { onHold: on_hold, audioMuted: audio_muted, videoMuted: video_muted } = effect.change
      const payload = { call_id: effect.call, from_user_id: effect.from, on_hold, audio_muted, video_muted }
      return [{ type: 'CALL_UPDATE', payload }]
    }
    case 'tell-transfer': {
      if (!controls) return []
      const { call: call_id, newCall: new_call_id, by, target } = effect
      const { state, ...more } = presentTransfer(effect.state)
      const who = { from_user_id: by.id, to_user_id: target.id, to_username: target.username }
      return [{ type: 'CALL_TRANSFER', payload: { call_id, ...who, new_call_id, state, ...more } }]
    }
    case 'tell-peer-state': {
      if (!can.has('resume')) return []
      return [{ type: 'PEER_STATE', payload: { call_id: effect.call, state: effect.state } }]
    }
    case 'tell-declined': {
      const { reason, durationMs } = effect
      const payload = { ...callAndPeer(effect), reason }
      return [
        { type: 'CALL_DECLINED', payload: controls ? { ...payload, duration_ms: durationMs } : payload },
      ]
    }
    case 'tell-hangup': {
      const { call: call_id, reason, durationMs, missed } = effect
      const payload = {
        call_id,
        reason,
        ...(controls ? { duration_ms: durationMs } : {}),
        ...(missed === undefined || !can.has('resume')
          ? {}
          : { from_user_id: missed.id, from_username: missed.username }),
      }
      return [{ type: 'HANGUP', payload }]
    }
  }
  effect satisfies never
}

export function presentCall(can: ReadonlySet<Capability>, call: CallView): ResumedCall {
  const { id, phase, role, peer, peerState, ownSide, peerSide, durationMs, expiresInMs, alerting } = call
  return {
    call_id: id,
    phase,
    role,
    peer_user_id: peer.id,
    peer_username: peer.username,
    peer_state: peerState,
    own: presentSide(ownSide),
    peer: presentSide(peerSide),
    duration_ms: durationMs,
    ...(expiresInMs === undefined ? {} : { expires_in_ms: expiresInMs }),
    ...(alerting === undefined || !can.has('call_control') ? {} : { alerting }),
  }
}

function presentTransfer(transfer: TransferState) {
  return transfer.state === 'ringing'
    ? { state: transfer.state, expires_in_ms: transfer.expiresInMs }
    : { state: transfer.state, reason: transfer.reason }
}

function presentSide({ onHold, audioMuted, videoMuted }: CallSide): ResumedCall['own'] {
  return { on_hold: onHold, audio_muted: audioMuted, video_muted: videoMuted }
}

function callAndPeer({ call, peer }: { call: string; peer: User }): {
  call_id: string
  peer_user_id: string
  peer_username: string
} {
  return { call_id: call, peer_user_id: peer.id, peer_username: peer.username }
}
