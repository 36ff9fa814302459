/** The way back to a peer, whatever carries it: TCP, TLS, or a pair of functions in a test. */
export interface Sink {
  /** Where the peer is: what limits by address count by. */
  readonly address: string
  /** Takes a whole frame; it reaches the peer whole and in order, or the connection ends. */
  write(frame: Buffer): void
  /** The peer can take several frames out of one TLS record. */
  joinFrames(): void
  /** The peer has said who it is: it may send larger frames. */
  trust(): void
  /** Ends the connection once everything written has left; a peer that does not read is not waited for long. */
  end(): void
}
