import type { UserStore } from '../../application/ports/user-store.ts'
import type { Config } from '../../config/schema.ts'
import type { EndpointContext } from '../../session/conversation/endpoint.ts'
import type { Inputs } from '../../session/inputs.ts'
import { makeOriginCheck } from '../../transport/admission/origins.ts'
import type { Reception } from '../../transport/admission/reception.ts'
import type { Gate } from '../../transport/connection/gate.ts'
import { makeEnterAsGuest } from '../../transport/socketio/guest.ts'
import { createSocketIoDoor, type SocketIoDoor } from '../../transport/socketio/socket-io-door.ts'
import { connectionLimits } from '../settings.ts'

interface Parts {
  readonly config: Config
  readonly reception: Reception
  readonly inputs: Pick<Inputs, 'inquiries'>
  readonly endpoint: EndpointContext
  readonly gate: Gate
  readonly users: Pick<UserStore, 'findByName'>
}

/** Where clients of this kind look for it. */
const PATH = '/socket.io/'

const MS_PER_SECOND = 1000

export function makeSocketIoDoor({ config, reception, inputs, endpoint, gate, users }: Parts): SocketIoDoor {
  const { http, limits, heartbeat, security } = config
  const timeoutMs = security.session_timeout_secs * MS_PER_SECOND
  return createSocketIoDoor({
    reception,
    endpoint,
    gate,
    limits: connectionLimits(limits),
    lingerTimeoutMs: limits.linger_timeout_ms,
    findUser: (username) => users.findByName(username),
    enterAsGuest: makeEnterAsGuest(inputs.inquiries),
    isAllowedOrigin: makeOriginCheck(http.allowed_origins),
    engine: {
      path: PATH,
      maxFrameBytes: limits.max_frame_bytes,
      pingIntervalMs: Math.min(heartbeat.interval_ms, timeoutMs / 2),
      pingTimeoutMs: timeoutMs,
      loginTimeoutMs: limits.login_timeout_ms,
      bodyTimeoutMs: limits.frame_timeout_ms,
      lingerTimeoutMs: limits.linger_timeout_ms,
    },
  })
}
