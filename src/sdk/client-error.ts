/**
 * - `unreachable`: no connection was made, or its certificate is not to be trusted
 * - `timeout`: what was waited for did not come in time
 * - `closed`: the connection has ended, by whichever side
 * - `not_understood`: the server sent what is not in the protocol; the connection is over
 */
export type ClientErrorCode = 'unreachable' | 'timeout' | 'closed' | 'not_understood'

/** The connection did not do its work. A request that the server refuses is no such error: it is a `Refused`. */
export class ClientError extends Error {
  readonly code: ClientErrorCode

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ClientError'
    this.code = code
  }
}
