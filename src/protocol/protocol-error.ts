/** The byte stream can no longer be trusted: the connection is told so and ends. */
export class ProtocolError extends Error {
  readonly reason: 'empty_frame' | 'frame_too_large' | 'frame_too_large_before_login'

  constructor(reason: ProtocolError['reason'], message: string) {
    super(message)
    this.name = 'ProtocolError'
    this.reason = reason
  }
}
