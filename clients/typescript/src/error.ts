import type { Reason } from './wire/reasons.ts'

/**
 * - `unreachable`: no connection was made, or its certificate is not to be trusted
 * - `timeout`: what was waited for did not come in time
 * - `closed`: the client, the connection or the call has ended
 * - `refused`: the server said no; `reason` is its word
 * - `aborted`: an AbortSignal ended the waiting
 * - `not_understood`: the server sent what is not in the protocol
 * - `not_logged_in`: this needs a login
 * - `wrong_state`: this cannot be done now, or not with this server
 */
export type RoomRtcErrorCode =
  | 'unreachable'
  | 'timeout'
  | 'closed'
  | 'refused'
  | 'aborted'
  | 'not_understood'
  | 'not_logged_in'
  | 'wrong_state'

export interface RoomRtcErrorOptions extends ErrorOptions {
  readonly reason?: Reason | undefined
  readonly retryAfterMs?: number | undefined
}

/** Everything that this package rejects with. Compare `code` and `reason`, never the message: that is for people. */
export class RoomRtcError extends Error {
  readonly code: RoomRtcErrorCode
  /** The server's word where `code` is `refused`, or the last one before `closed`. */
  readonly reason: Reason | undefined
  /** Ask again after so many milliseconds, not earlier. */
  readonly retryAfterMs: number | undefined

  constructor(code: RoomRtcErrorCode, message: string, options: RoomRtcErrorOptions = {}) {
    super(message, options)
    this.name = 'RoomRtcError'
    this.code = code
    this.reason = options.reason
    this.retryAfterMs = options.retryAfterMs
  }
}
