import type { Client } from './client/client.ts'
import type { ConnectOptions } from './client/connect-options.ts'
import { RoomClient } from './client/room-client.ts'
import type { OpenLine } from './line/line.ts'
import { defaultBackoff } from './link/backoff.ts'
import { capabilities } from './wire/capabilities.ts'
import { defaultSurroundings } from './world/default-surroundings.ts'
import { callSafely } from './emitter.ts'

const TIMEOUT_MS = 10_000

/** `openLine`: that of this platform. */
export async function connectWith(openLine: OpenLine, url: string, options: ConnectOptions): Promise<Client> {
  const { timeoutMs = TIMEOUT_MS, name = 'roomrtc-client', reconnect = {}, log = () => undefined } = options
  const surroundings = defaultSurroundings(openLine, options.surroundings ?? {})
  const { WebSocket } = surroundings
  const client = new RoomClient({
    url,
    line: { subprotocol: options.subprotocol ?? 'roomrtc.json', ca: options.tls?.ca, WebSocket },
    name,
    wanted: options.capabilities ?? capabilities,
    timeoutMs,
    backoff: reconnect === false ? undefined : { ...defaultBackoff, ...reconnect },
    surroundings,
    log: (level, event, fields) => {
      callSafely(log, { ...fields, level, event, at: surroundings.now() })
    },
  })
  await client.start(options.signal)
  return client
}
