import { errorCode } from '../../domain/error-code.ts'
/** Why a handshake failed, in the few words by which failures are summed up. */
export function handshakeCause(error: Error): string {
  // What OpenSSL says: `no shared cipher`, `unsupported protocol`, or the alert that the peer sent.
  if ('reason' in error && typeof error.reason === 'string') return error.reason
  const code = errorCode(error) ?? error.message
  switch (code) {
    case 'ECONNRESET':
      return 'the peer left before it was complete'
    case 'ERR_TLS_HANDSHAKE_TIMEOUT':
      return 'it was not complete in time'
    default:
      return code
  }
}
