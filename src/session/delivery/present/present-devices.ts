import type { CallView } from '../../../application/call/call-view.ts'
import type { SessionId } from '../../../domain/ids.ts'
import type { ServerMessage } from '../../../protocol/message-table.ts'
import type { WireDevice } from '../../../protocol/messages/devices.ts'
import type { Session } from '../../session.ts'
import { presentCall } from './present-call.ts'

/** CALL_MOVED: all that a device needs to go on with the call. */
export function presentMoved(can: Session['capabilities'], view: CallView): ServerMessage {
  const call = presentCall(can, view)
  const { call_id, role, peer_user_id, peer_username, own, peer, peer_state, duration_ms } = call
  const payload = { call_id, role, peer_user_id, peer_username, own, peer, peer_state, duration_ms }
  return { type: 'CALL_MOVED', payload }
}

/** DEVICES; `asker`: the session that is told. */
export function presentDevices(sessions: readonly Session[], asker: SessionId): ServerMessage {
  return { type: 'DEVICES', payload: { devices: sessions.map((session) => presentDevice(session, asker)) } }
}

function presentDevice({ id, device, isConnected, call }: Session, asker: SessionId): WireDevice {
  const { client, transport, since } = device
  return {
    session_id: id,
    client,
    transport,
    since,
    connected: isConnected,
    this: id === asker,
    ...(call?.active === true ? { call_id: call.id } : {}),
  }
}
