/** How good what is heard and seen is, at the worse of the two ends. */
export interface Quality {
  /** 5: nothing to complain of. 4: good. 3: noticeably impaired. 2: hard to follow. 1: hardly anything comes through. */
  readonly score: Score
  /** The worst first; `relayed` only says that a TURN server is on the way. None where all is well. */
  readonly causes: readonly Cause[]
  readonly figures: Figures
}

export type Score = 1 | 2 | 3 | 4 | 5

/**
 * - `loss`: packets are lost
 * - `delay`: it takes long from mouth to ear
 * - `jitter`: packets come irregularly
 * - `bandwidth`: the picture is made worse because the line carries no more
 * - `frozen`: no new picture, though one is sent
 * - `silent`: no sound arrives, though it is sent
 * - `relayed`: by way of a TURN server; costs nothing by itself
 */
export type Cause = 'loss' | 'delay' | 'jitter' | 'bandwidth' | 'frozen' | 'silent' | 'relayed'

/** Those that are known. */
export interface Figures {
  readonly roundTripMs?: number
  readonly jitterMs?: number
  /** Of the worse direction. */
  readonly lossPercent?: number
  /** What arrives. */
  readonly bitrateKbps?: number
  /** Of the picture that arrives. */
  readonly framesPerSecond?: number
}
