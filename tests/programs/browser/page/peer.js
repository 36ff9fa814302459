// One party's side of an accepted call: what it hears and shows goes from one browser to the other, and not through the server.

/** `call`: its `call_id` and, as `to_user_id`, the other party. `send` is that of the session. */
export function createPeer(send, call, { iceServers, stream, onTrack }) {
  const connection = new RTCPeerConnection({ iceServers })
  for (const track of stream.getTracks()) connection.addTrack(track, stream)
  connection.ontrack = onTrack
  connection.onicecandidate = ({ candidate }) => {
    if (candidate === null) return
    const { candidate: text, sdpMid, sdpMLineIndex } = candidate
    send('ICE_CANDIDATE', { ...call, candidate: text, sdp_mid: sdpMid, sdp_mline_index: sdpMLineIndex })
  }

  /** Sends it before it is set: only then are candidates looked for, so that none overtakes its description. */
  async function describe(type, description) {
    send(type, { ...call, sdp: description.sdp })
    await connection.setLocalDescription(description)
  }

  return {
    connection,
    async offer() {
      await describe('SDP_OFFER', await connection.createOffer())
    },
    async takeOffer(sdp) {
      await connection.setRemoteDescription({ type: 'offer', sdp })
      await describe('SDP_ANSWER', await connection.createAnswer())
    },
    async takeAnswer(sdp) {
      await connection.setRemoteDescription({ type: 'answer', sdp })
    },
    async takeCandidate({ candidate, sdp_mid: sdpMid, sdp_mline_index: sdpMLineIndex }) {
      await connection.addIceCandidate({ candidate, sdpMid, sdpMLineIndex })
    },
    close() {
      connection.close()
    },
  }
}
