import { ExitCode } from '../exit-code.ts'
import { CommandFailure } from '../ctl/command-failure.ts'

const SCHEMES = ['tcp:', 'tls:', 'ws:', 'wss:']

/** Where the default configuration listens. */
export const DEFAULT_URL = 'tcp://127.0.0.1:8080'

/** `host:port` is taken as `tcp://host:port`, and an http address as the WebSocket there. */
export function serverUrl(text: string): URL {
  const whole = text.includes('://') ? text : `tcp://${text}`
  const url = URL.canParse(whole) ? new URL(whole.replace(/^http(s?):/, 'ws$1:')) : undefined
  if (url === undefined || !SCHEMES.includes(url.protocol) || url.hostname === '')
    throw wrongUrl(
      text,
      'expected host:port, or an address that begins with tcp, tls, ws, wss, http or https',
    )
  const isWeb = url.protocol.startsWith('ws')
  if (!isWeb && url.port === '') throw wrongUrl(text, 'the port is missing')
  if (isWeb && url.pathname === '/') url.pathname = '/ws'
  return url
}

/** The HTTP port beside a WebSocket; undefined where the address says nothing of one. */
export function httpBase(url: URL): URL | undefined {
  if (!url.protocol.startsWith('ws')) return undefined
  return new URL('/', url.href.replace(/^ws/, 'http'))
}

function wrongUrl(text: string, why: string): CommandFailure {
  return new CommandFailure(ExitCode.usage, 'invalid_url', `"${text}" is no address of a server: ${why}`)
}
