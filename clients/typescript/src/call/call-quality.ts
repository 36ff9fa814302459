/** How good a call is, for whoever operates the server. What is known. */
export interface CallQuality {
  readonly roundTripMs?: number
  readonly jitterMs?: number
  /** Of the worse direction. */
  readonly lossPercent?: number
  /** What arrives. */
  readonly bitrateKbps?: number
  /** From 1, hardly anything comes through, to 5. */
  readonly score?: number
  /** By way of a TURN server. */
  readonly relayed?: boolean
}
