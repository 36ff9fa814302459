/** What each transceiver sends and receives. While the call is held it is nothing, and what it was before is kept. */
export class Directions {
  readonly #connection: RTCPeerConnection
  readonly #before = new Map<RTCRtpTransceiver, RTCRtpTransceiverDirection>()
  #held = false

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection
  }

  hold(on: boolean): void {
    this.#held = on
    this.apply()
    if (!on) this.#before.clear()
  }

  /** Also for transceivers that have come meanwhile. */
  apply(): void {
    for (const transceiver of this.#connection.getTransceivers()) {
      const { direction } = transceiver
      if (direction === 'stopped') continue
      if (!this.#held) {
        const before = this.#before.get(transceiver)
        if (before !== undefined) transceiver.direction = before
      } else if (direction !== 'inactive') {
        this.#before.set(transceiver, direction)
        transceiver.direction = 'inactive'
      }
    }
  }

  /** Whether the sender sends; the other direction stays open. Takes effect when the call is not held any more. */
  sends(sender: RTCRtpSender, on: boolean): void {
    const transceiver = this.#connection.getTransceivers().find((each) => each.sender === sender)
    if (transceiver === undefined || transceiver.direction === 'stopped') return
    const direction = on ? 'sendrecv' : 'recvonly'
    if (this.#held) this.#before.set(transceiver, direction)
    else if (transceiver.direction !== direction) transceiver.direction = direction
  }
}
