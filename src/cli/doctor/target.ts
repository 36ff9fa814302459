import { isIPv6 } from 'node:net'
import { CommandFailure } from '../ctl/command-failure.ts'
import { ExitCode } from '../exit-code.ts'

const SCHEMES = ['tcp', 'tls', 'ws', 'wss', 'http', 'https'] as const
export type Scheme = (typeof SCHEMES)[number]

/** Where a server is to be reached. */
export interface Target {
  /** Undefined where it is to be found out. */
  readonly scheme: Scheme | undefined
  /** Without brackets. */
  readonly host: string
  readonly port: number
  /** Of a WebSocket. */
  readonly path: string
  /** Whether clients use this host, so that the certificate must be for it. */
  readonly byName: boolean
}

const DEFAULT_PORTS: Readonly<Record<Scheme, number>> = {
  tcp: 8080,
  tls: 8080,
  ws: 80,
  wss: 443,
  http: 80,
  https: 443,
}

export function parseTarget(text: string): Target {
  const [, named] = /^([a-z]+):\/\//i.exec(text) ?? []
  const scheme = SCHEMES.find((known) => known === named?.toLowerCase())
  if (named !== undefined && scheme === undefined)
    throw new CommandFailure(
      ExitCode.usage,
      'bad_target',
      `${text}: a URL begins with ${SCHEMES.map((known) => `${known}://`).join(', ')}`,
    )
  // Of other schemes URL reads no default port, and knows IPv6.
  const url = parse(`http://${text.replace(/^[a-z]+:\/\//i, '')}`)
  const port = url.port === '' ? (scheme === undefined ? 8080 : DEFAULT_PORTS[scheme]) : Number(url.port)
  const path = url.pathname === '/' ? '/ws' : url.pathname
  return { scheme, host: url.hostname.replace(/^\[|\]$/g, ''), port, path, byName: true }

  function parse(address: string): URL {
    try {
      // Port 80 would be left out as the default.
      const read = new URL(address.replace(/^http:/, 'https:'))
      const withPort = /^http:\/\/(?:\[[^\]]*\]|[^/:]*):(\d+)/.exec(address)?.[1]
      if (withPort !== undefined && read.port === '') read.port = withPort
      return read
    } catch {
      throw new CommandFailure(
        ExitCode.usage,
        'bad_target',
        `${text} is no HOST:PORT and no URL such as tls://example.org:8080`,
      )
    }
  }
}

/** As a URL. */
export function nameOf({ scheme, host, port }: Target): string {
  return `${scheme === undefined ? '' : `${scheme}://`}${isIPv6(host) ? `[${host}]` : host}:${port}`
}
