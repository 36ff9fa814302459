import type { Client } from './client/client.ts'
import type { ConnectOptions } from './client/connect-options.ts'
import { RoomClient } from './client/room-client.ts'
import { defaultBackoff } from './link/backoff.ts'
import { capabilities } from './wire/capabilities.ts'
import { defaultSurroundings } from './world/default-surroundings.ts'
import { callSafely } from './emitter.ts'
import type { Surroundings } from './world/surroundings.ts'

const TIMEOUT_MS = 10_000

/** `further`: what this platform has that browsers do not have. */
export async function connectWith(
  further: (surroundings: Surroundings) => Partial<Surroundings>,
  url: string,
  options: ConnectOptions,
): Promise<Client> {
  const { timeoutMs = TIMEOUT_MS, name = 'roomrtc-client', reconnect = {}, log = () => undefined } = options
  const plain = defaultSurroundings(options.surroundings ?? {})
  const surroundings = { ...plain, ...further(plain), ...options.surroundings }
  const client = new RoomClient({
    url,
    line: { subprotocol: options.subprotocol ?? 'roomrtc.json', ca: options.tls?.ca },
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
