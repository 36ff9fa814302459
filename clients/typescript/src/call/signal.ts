import type { Unsubscribe } from '../ask.ts'

export type Signal = Description | Candidate

export interface Description {
  readonly kind: 'offer' | 'answer'
  readonly sdp: string
}

/** As RTCIceCandidate has it. An empty `candidate` is the end of candidates. */
export interface Candidate {
  readonly kind: 'candidate'
  readonly candidate: string
  readonly sdpMid: string | null
  readonly sdpMLineIndex: number | null
}

/** The offers, answers and candidates of one call. They arrive in order, each once. */
export interface Signals {
  /** Before the call is active it is kept, and sent then. After the end it is dropped. */
  send(signal: Signal): void
  /** What has arrived before is given to the first listener. */
  listen(listener: (signal: Signal) => void): Unsubscribe
}
