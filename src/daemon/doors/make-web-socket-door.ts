import type { Config } from '../../config/schema.ts'
import type { EndpointContext } from '../../session/conversation/endpoint.ts'
import { makeOriginCheck } from '../../transport/admission/origins.ts'
import type { Reception } from '../../transport/admission/reception.ts'
import type { UpgradeDoor } from '../../transport/admission/upgrade-door.ts'
import type { Gate } from '../../transport/connection/gate.ts'
import { createWebSocketDoor } from '../../transport/websocket/web-socket-door.ts'
import { connectionLimits } from '../settings.ts'

interface Parts {
  readonly config: Config
  readonly reception: Reception
  readonly endpoint: EndpointContext
  readonly gate: Gate
}

export function makeWebSocketDoor({ config, reception, endpoint, gate }: Parts): UpgradeDoor {
  const { http, limits } = config
  return createWebSocketDoor({
    path: http.websocket_path,
    reception,
    endpoint,
    gate,
    limits: connectionLimits(limits),
    isAllowedOrigin: makeOriginCheck(http.allowed_origins),
    lingerTimeoutMs: limits.linger_timeout_ms,
  })
}
