/** How good a call is, as one of its parties measures it; what it knows. */
export interface CallQuality {
  readonly rttMs?: number | undefined
  readonly jitterMs?: number | undefined
  /** Of the worse direction. */
  readonly lossPercent?: number | undefined
  /** What arrives. */
  readonly bitrateKbps?: number | undefined
  /** From 1, hardly anything comes through, to 5. */
  readonly score?: number | undefined
  /** By way of a TURN server. */
  readonly relayed?: boolean | undefined
}
