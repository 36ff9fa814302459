/** What of RTCStatsReport the quality is made from. Sums are since the connection began. */
export interface Sample {
  /** Milliseconds, of the reporting machine. */
  readonly at: number
  readonly roundTripMs: number | undefined
  readonly relayed: boolean
  readonly heard: Heard | undefined
  readonly seen: Seen | undefined
  /** The worse of what the peer reports of audio and video sent to it; undefined before its first report. */
  readonly sent: Sent | undefined
  /** For how long the pictures sent have been made worse to fit the line. */
  readonly limitedMs: number
}

interface Received {
  readonly packets: number
  readonly lost: number
  readonly bytes: number
  readonly jitterMs: number
}

export interface Heard extends Received {
  /** Sum over the samples played, of the time that each waited. */
  readonly bufferedMs: number
  readonly played: number
  /** Of all, those made up as nothing had come in time, silence not counted. */
  readonly samples: number
  readonly concealed: number
}

export interface Seen extends Received {
  readonly frames: number
}

interface Sent {
  readonly lossPercent: number
  readonly jitterMs: number
}
