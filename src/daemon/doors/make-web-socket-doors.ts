import type { Config } from '../../config/schema.ts'
import type { EndpointContext } from '../../session/conversation/endpoint.ts'
import { makeOriginCheck } from '../../transport/admission/origins.ts'
import type { Reception } from '../../transport/admission/reception.ts'
import type { UpgradeDoor } from '../../transport/admission/upgrade-door.ts'
import type { Gate } from '../../transport/connection/gate.ts'
import { agreedSpeech } from '../../transport/websocket/agreed-speech.ts'
import { roomSpeech } from '../../transport/websocket/room/room-speech.ts'
import { createWebSocketDoor } from '../../transport/websocket/web-socket-door.ts'
import { connectionLimits } from '../settings.ts'

interface Parts {
  readonly config: Config
  readonly reception: Reception
  readonly endpoint: EndpointContext
  readonly gate: Gate
}

/** For those who speak a subprotocol, and below it for those who know one room and nothing else. */
export function makeWebSocketDoors({ config, reception, endpoint, gate }: Parts): UpgradeDoor[] {
  const { http, limits } = config
  const { websocket_path: path } = http
  const common = {
    reception,
    endpoint,
    gate,
    limits: connectionLimits(limits),
    isAllowedOrigin: makeOriginCheck(http.allowed_origins),
    lingerTimeoutMs: limits.linger_timeout_ms,
  }
  return [
    createWebSocketDoor({ ...common, path, speechOf: agreedSpeech }),
    createWebSocketDoor({ ...common, path: `${path.replace(/\/$/, '')}/*`, speechOf: roomSpeech }),
  ]
}
