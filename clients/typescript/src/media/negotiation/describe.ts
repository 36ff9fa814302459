/** Sets the offer or the answer that is due as the own description; undefined if the connection has been closed. */
export async function describe(connection: RTCPeerConnection): Promise<RTCSessionDescription | undefined> {
  try {
    await connection.setLocalDescription()
  } catch (error) {
    // @roamhq/wrtc wants to be given the description.
    if (!(error instanceof TypeError)) throw error
    const answering = connection.signalingState === 'have-remote-offer'
    await connection.setLocalDescription(
      answering ? await connection.createAnswer() : await connection.createOffer(),
    )
  }
  return connection.localDescription ?? undefined
}
