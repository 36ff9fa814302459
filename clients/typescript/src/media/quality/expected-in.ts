import type { CallState } from '../../index.ts'
import type { Kind } from '../tracks/silence.ts'
import type { Expected } from './rate.ts'

/** What is to arrive of the peer; undefined while the call is held or not active. */
export function expectedIn(state: CallState, connection: RTCPeerConnection): Expected | undefined {
  if (state.name !== 'active') return undefined
  const receives = (kind: Kind) =>
    connection
      .getTransceivers()
      .some(
        ({ receiver, currentDirection }) =>
          receiver.track.kind === kind &&
          (currentDirection === 'sendrecv' || currentDirection === 'recvonly'),
      )
  return {
    audio: !state.peer.audioMuted && receives('audio'),
    video: !state.peer.videoMuted && receives('video'),
  }
}
