import { errorCode } from '../../domain/error-code.ts'
import { Foreign, Refused } from './line.ts'
import { TooLate } from './within.ts'

/** Why something did not work, and what to do. */
export interface Trouble {
  readonly message: string
  readonly cure: string
}

const byReason: Readonly<Record<string, string>> = {
  server_full:
    'raise server.max_connections, or find out who holds the places (roomrtc-server ctl sessions list)',
  too_many_connections:
    'raise server.max_connections_per_address, or wait until some of this address are closed',
  address_banned: 'wait, or lift the ban (roomrtc-server ctl bans list)',
  shutting_down: 'the server stops: wait until it is back',
  draining: 'the server is about to stop: wait until it is back',
  tls_required: 'name it tls://HOST:PORT: the port speaks TLS only',
  overloaded: 'try again in a moment; more hash threads help (security.hash_threads)',
  invalid_credentials: 'check name and password; clients that send the password itself need --raw',
  invalid_token: 'get another token (roomrtc-server ctl tokens issue NAME)',
  expired_token: 'get another token (roomrtc-server ctl tokens issue NAME)',
  account_disabled: 'enable it (roomrtc-server ctl users enable NAME)',
  session_exists: 'log out elsewhere, or use another account for this',
}

const byCode: Readonly<Record<string, Trouble>> = {
  ECONNREFUSED: {
    message: 'nobody listens there',
    cure: 'start the server, or check the port (server.port, http.port) and that the address is not only 127.0.0.1 (bind_address)',
  },
  ENOTFOUND: { message: 'the name is unknown', cure: 'check the name, or its entry in the DNS' },
  EAI_AGAIN: { message: 'the DNS does not answer', cure: 'check the DNS of this machine' },
  ECONNRESET: {
    message: 'the connection is cut off',
    cure: 'look into the log of the server, and of what stands in front of it',
  },
  EHOSTUNREACH: { message: 'there is no way to that address', cure: 'check address, network and firewall' },
  ENETUNREACH: { message: 'there is no way to that network', cure: 'check address, network and firewall' },
  EPROTO: {
    message: 'what answers speaks no TLS',
    cure: 'name it tcp://, ws:// or http://, or switch TLS on',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    message: 'what answers speaks no TLS',
    cure: 'name it tcp://, ws:// or http://, or switch TLS on (server.enable_tls, http.enable_tls)',
  },
}

const LATE = 'check that a firewall lets the port through; --timeout waits longer'
const FOREIGN = 'check the port: frames are on server.port (8080), HTTP and WebSocket on http.port (8081)'

export function troubleOf(error: unknown): Trouble {
  if (error instanceof Refused) {
    return { message: error.message, cure: byReason[error.reason] ?? 'PROTOCOL.md describes the reason' }
  }
  if (error instanceof Foreign) return { message: error.message, cure: FOREIGN }
  if (error instanceof TooLate) return { message: error.message, cure: LATE }
  // Of several addresses of one name, each with an error of its own.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  const known = byCode[errorCode(first) ?? '']
  if (known !== undefined) return known
  const message = first instanceof Error ? first.message : String(first)
  return { message: message.trim(), cure: 'look into the log of the server' }
}
