/** The byte stream can no longer be trusted: the connection is told so and ends. */
export class ProtocolError extends Error {
  readonly reason: 'empty_frame' | 'frame_too_large' | 'frame_too_large_before_login'
  /** The name of the protocol that the peer seems to speak instead. */
  readonly looksLike: string | undefined

  constructor(reason: ProtocolError['reason'], message: string, looksLike?: string) {
    super(message)
    this.name = 'ProtocolError'
    this.reason = reason
    this.looksLike = looksLike
  }
}
