/** What a peer speaks that takes this port for something else. */
export interface ForeignProtocol {
  readonly name: string
  /** For the peer, and for whoever runs it. */
  readonly sentence: string
}

const TLS: ForeignProtocol = {
  name: 'TLS',
  sentence:
    'This looks like TLS, and this port has none: connect without TLS, or have server.enable_tls switched on',
}
const SSLV2: ForeignProtocol = {
  name: 'SSLv2',
  sentence: 'This looks like the hello of old SSL (SSLv2), and this port has neither SSL nor TLS',
}
const HTTP: ForeignProtocol = {
  name: 'HTTP',
  sentence:
    'This looks like HTTP, and this port does not speak it: it takes frames of a length, a type and JSON',
}
const SSH: ForeignProtocol = {
  name: 'SSH',
  sentence: 'This looks like SSH, and this port does not speak it: check the port',
}
const PROXY: ForeignProtocol = {
  name: 'PROXY',
  sentence: 'This looks like a PROXY header, and proxy.networks does not name the address that it comes from',
}

/** The first four bytes of what these protocols begin with. */
const openings: ReadonlyMap<string, ForeignProtocol> = new Map([
  ...['GET ', 'HEAD', 'POST', 'PUT ', 'DELE', 'CONN', 'OPTI', 'TRAC', 'PATC', 'PRI '].map(
    (method) => [method, HTTP] as const,
  ),
  ['SSH-', SSH],
  ['PROX', PROXY],
  // Version 2: its signature begins with two empty lines.
  ['\r\n\r\n', PROXY],
])

/** By the first four bytes. All of these would be lengths beyond any limit if they were a frame's. */
export function foreignProtocol(bytes: Buffer): ForeignProtocol | undefined {
  const [first = 0, second = 0, third, fourth = 0] = bytes
  // A record with a handshake in it, of SSL 3 or later.
  if (first === 0x16 && second === 3) return TLS
  // The highest bit marks a length of two bytes; then CLIENT-HELLO (1) and a version: 0.2 of SSLv2, or 3.x.
  if (first >= 0x80 && third === 1 && (fourth === 0 || fourth === 2 || fourth === 3)) return SSLV2
  return openings.get(bytes.toString('latin1', 0, 4))
}
