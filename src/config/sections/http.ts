import { z } from 'zod'
import { bindAddress, port } from '../listening.ts'
import { network } from '../network.ts'

const ALLOWED_ORIGIN = 'origin such as https://app.example.org, without a path, or "*"'

export const httpSection = z.strictObject({
  enable: z.boolean().default(true).describe('Whether there is a port for HTTP and WebSocket.'),
  bind_address: bindAddress.describe(
    'The address to listen on for HTTP. 0.0.0.0 or :: means all interfaces: use TLS then.',
  ),
  port: port.default(8081).describe('TCP port for HTTP. 0 chooses a free port, and the log has its number.'),
  enable_tls: z
    .boolean()
    .default(false)
    .describe('Use TLS on the port: https and wss. The certificate is that of section server.'),
  allowed_origins: z
    .array(
      z
        .string()
        .refine(isOrigin, { error: `allowed: ${ALLOWED_ORIGIN}` })
        .meta({ allowed: ALLOWED_ORIGIN }),
    )
    .default([])
    .describe(
      'Web pages of these origins may use the server from a browser, by WebSocket and by HTTP. Pages of the server itself always may. "*" allows all pages.',
    ),
  websocket_path: z
    .string()
    .regex(/^\/[^?#\s]*$/)
    .meta({ allowed: 'path that begins with "/", without "?" and "#"' })
    .default('/ws')
    .describe('Where a WebSocket is opened. Below it each room has a door of its own: /ws/ROOM.'),
  socket_io: z
    .boolean()
    .default(false)
    .describe('Whether clients that speak Socket.IO are served, at /socket.io/.'),
  serve_web: z
    .boolean()
    .default(true)
    .describe('Whether the page on which people call each other is served, at /app/.'),
  metrics_networks: z
    .array(network)
    .default(['127.0.0.0/8', '::1'])
    .describe('Who may read /metrics and /debug. Everybody else gets 403.'),
})

function isOrigin(text: string): boolean {
  if (text === '*') return true
  try {
    const url = new URL(text)
    return /^https?:$/.test(url.protocol) && url.origin === text
  } catch {
    return false
  }
}
