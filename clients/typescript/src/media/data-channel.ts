/**
 * The number of the data channel on both sides. Both know it, so neither has to wait for an event, and each may be the one
 * that offers first. A peer that opens channels by itself takes 0, 1 and so on, which this keeps clear of.
 */
const NUMBER = 64

export function createDataChannel(connection: RTCPeerConnection, label: string): RTCDataChannel {
  return connection.createDataChannel(label, { negotiated: true, id: NUMBER })
}
