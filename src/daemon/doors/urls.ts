import { isIPv6 } from 'node:net'
import type { Config } from '../../config/schema.ts'

interface Ports {
  readonly port: number
  readonly httpPort: number | undefined
  /** Of the page on which people call each other. */
  readonly servesPage: boolean
}

export interface Reachable {
  readonly url: string
  readonly what: string
}

/** Each URL on which something is to be had, and what. */
export function urlsOf({ server, http }: Config, { port, httpPort, servesPage }: Ports): Reachable[] {
  const frames = {
    url: `${server.enable_tls ? 'tls' : 'tcp'}://${hostOf(server.bind_address)}:${port}`,
    what: 'frames, for native clients',
  }
  if (httpPort === undefined) return [frames]
  const host = `${hostOf(http.bind_address)}:${httpPort}`
  const web = `${http.enable_tls ? 'https' : 'http'}://${host}`
  return [
    frames,
    {
      url: `${http.enable_tls ? 'wss' : 'ws'}://${host}${http.websocket_path}`,
      what: 'WebSocket, for browsers',
    },
    ...(http.socket_io ? [{ url: `${web}/socket.io/`, what: 'Socket.IO, for pages that speak it' }] : []),
    ...(servesPage ? [{ url: `${web}/app/`, what: 'the page: open it and call' }] : []),
    { url: `${web}/docs`, what: 'all requests by HTTP, to read and try' },
    { url: `${web}/health`, what: 'whether the process answers' },
    { url: `${web}/ready`, what: 'whether it takes connections and calls' },
    { url: `${web}/metrics`, what: 'metrics, for those in http.metrics_networks' },
  ]
}

function hostOf(address: string): string {
  return isIPv6(address) ? `[${address}]` : address
}
