import type { SignalingClient } from '../../src/sdk/client.ts'

export interface Call {
  readonly call_id: string
  /** The other party. */
  readonly to_user_id: string
}

/** One party's side of an accepted call: its peer connection, negotiated with the other's through the server. */
export class Negotiation {
  readonly #client: SignalingClient
  readonly #connection: RTCPeerConnection
  readonly #call: Call
  /** Candidates found before the description that they belong to was sent; undefined once it was. */
  #early: RTCIceCandidateInit[] | undefined = []

  constructor(client: SignalingClient, connection: RTCPeerConnection, call: Call) {
    this.#client = client
    this.#connection = connection
    this.#call = call
    connection.onicecandidate = ({ candidate }) => {
      const found = candidate ?? { candidate: '', sdpMid: '0', sdpMLineIndex: 0 }
      if (this.#early === undefined) this.#sendCandidate(found)
      else this.#early.push(found)
    }
  }

  /** Offers, and takes the answer. `iceRestart` looks for new ways to reach each other, with new candidates. */
  async offer(options: { readonly iceRestart?: boolean } = {}): Promise<void> {
    await this.#describe('SDP_OFFER', await this.#connection.createOffer(options))
    const { payload } = await this.#client.next('SDP_ANSWER')
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: payload.sdp })
  }

  /** Takes an offer, and answers. */
  async answer(): Promise<void> {
    const { payload } = await this.#client.next('SDP_OFFER')
    await this.#connection.setRemoteDescription({ type: 'offer', sdp: payload.sdp })
    await this.#describe('SDP_ANSWER', await this.#connection.createAnswer())
  }

  /**
   * Takes the other party's candidates, until told that there are no more. Not before the remote description is set:
   * until then they wait in the client.
   */
  async takeCandidates(): Promise<void> {
    for (;;) {
      const { payload } = await this.#client.next('ICE_CANDIDATE')
      const { candidate, sdp_mid: sdpMid, sdp_mline_index: sdpMLineIndex } = payload
      await this.#connection.addIceCandidate({ candidate, sdpMid, sdpMLineIndex })
      if (candidate === '') return
    }
  }

  async #describe(type: 'SDP_OFFER' | 'SDP_ANSWER', description: RTCSessionDescriptionInit): Promise<void> {
    this.#early ??= []
    await this.#connection.setLocalDescription(description)
    this.#client.send({ type, payload: { ...this.#call, sdp: description.sdp } })
    for (const candidate of this.#early) this.#sendCandidate(candidate)
    this.#early = undefined
  }

  #sendCandidate({ candidate, sdpMid, sdpMLineIndex }: RTCIceCandidateInit): void {
    const where = { sdp_mid: sdpMid ?? '', sdp_mline_index: sdpMLineIndex ?? 0 }
    this.#client.send({ type: 'ICE_CANDIDATE', payload: { ...this.#call, candidate, ...where } })
  }
}
