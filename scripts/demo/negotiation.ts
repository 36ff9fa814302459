import type { Signal, Signals } from 'roomrtc-client'
import { within } from './within.ts'

const DEADLINE_MS = 20_000

/**
 * One party's side of an accepted call: its peer connection, negotiated with the other's through the server. `bindMedia`
 * of the package does all this by itself; here it is done step by step.
 */
export class Negotiation {
  readonly #signals: Signals
  readonly #connection: RTCPeerConnection
  readonly #received: Signal[] = []
  #arrived: () => void = () => undefined
  /** Candidates found before the description that they belong to was sent; undefined once it was. */
  #early: RTCIceCandidateInit[] | undefined = []

  constructor(signals: Signals, connection: RTCPeerConnection) {
    this.#signals = signals
    this.#connection = connection
    signals.listen((signal) => {
      this.#received.push(signal)
      this.#arrived()
    })
    connection.onicecandidate = ({ candidate }) => {
      const found = candidate ?? { candidate: '', sdpMid: '0', sdpMLineIndex: 0 }
      if (this.#early === undefined) this.#sendCandidate(found)
      else this.#early.push(found)
    }
  }

  /** Offers, and takes the answer. `iceRestart` looks for new ways to reach each other, with new candidates. */
  async offer(options: { readonly iceRestart?: boolean } = {}): Promise<void> {
    await this.#describe('offer', await this.#connection.createOffer(options))
    const { sdp } = await this.#next('answer')
    await this.#connection.setRemoteDescription({ type: 'answer', sdp })
  }

  /** Takes an offer, and answers. */
  async answer(): Promise<void> {
    const { sdp } = await this.#next('offer')
    await this.#connection.setRemoteDescription({ type: 'offer', sdp })
    await this.#describe('answer', await this.#connection.createAnswer())
  }

  /**
   * Takes the other party's candidates, until told that there are no more. Not before the remote description is set:
   * until then they wait here.
   */
  async takeCandidates(): Promise<void> {
    for (;;) {
      const { candidate, sdpMid, sdpMLineIndex } = await this.#next('candidate')
      await this.#connection.addIceCandidate({ candidate, sdpMid, sdpMLineIndex })
      if (candidate === '') return
    }
  }

  /** The earliest signal of this kind that was not taken yet. */
  #next<Kind extends Signal['kind']>(kind: Kind): Promise<Extract<Signal, { readonly kind: Kind }>> {
    const isWanted = (signal: Signal): signal is Extract<Signal, { readonly kind: Kind }> =>
      signal.kind === kind
    const wait = async () => {
      for (;;) {
        const found = this.#received.find(isWanted)
        if (found !== undefined) {
          this.#received.splice(this.#received.indexOf(found), 1)
          return found
        }
        await new Promise<void>((resolve) => (this.#arrived = resolve))
      }
    }
    return within(DEADLINE_MS, `the ${kind} of the other party`, wait())
  }

  async #describe(kind: 'offer' | 'answer', description: RTCSessionDescriptionInit): Promise<void> {
    this.#early ??= []
    await this.#connection.setLocalDescription(description)
    this.#signals.send({ kind, sdp: description.sdp })
    for (const candidate of this.#early) this.#sendCandidate(candidate)
    this.#early = undefined
  }

  #sendCandidate({ candidate, sdpMid, sdpMLineIndex }: RTCIceCandidateInit): void {
    this.#signals.send({ kind: 'candidate', candidate, sdpMid, sdpMLineIndex })
  }
}
