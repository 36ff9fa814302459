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

/** The figures by the names that they have outside: in call detail records, and for administrators. */
export function namedFigures({
  rttMs: rtt_ms,
  jitterMs: jitter_ms,
  lossPercent: loss_percent,
  bitrateKbps: bitrate_kbps,
  score,
  relayed,
}: CallQuality) {
  return { rtt_ms, jitter_ms, loss_percent, bitrate_kbps, score, relayed }
}
