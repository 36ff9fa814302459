import { isIPv6 } from 'node:net'
import type { Config } from '../config/schema.ts'

interface Ports {
  readonly port: number
  readonly httpPort: number | undefined
}

/** Each URL on which something is to be had. */
export function urlsOf({ server, http }: Config, { port, httpPort }: Ports): string[] {
  const signaling = `${server.enable_tls ? 'tls' : 'tcp'}://${hostOf(server.bind_address)}:${port}`
  if (httpPort === undefined) return [signaling]
  const host = `${hostOf(http.bind_address)}:${httpPort}`
  const web = `${http.enable_tls ? 'https' : 'http'}://${host}`
  const webSocket = `${http.enable_tls ? 'wss' : 'ws'}://${host}${http.websocket_path}`
  return [signaling, webSocket, `${web}/health`, `${web}/ready`]
}

function hostOf(address: string): string {
  return isIPv6(address) ? `[${address}]` : address
}
