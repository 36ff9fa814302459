import type { SharedLimits } from '../application/ports/shared-limits.ts'
import type { MessageRules } from '../application/messages/post-message.ts'
import { type PermanentRoom, type RoomRules, wholeRoomId } from '../application/room/room-rules.ts'
import { modeOf } from '../config/room-mode.ts'
import type { Config } from '../config/schema.ts'
import { MAX_CALL_BYTES } from '../protocol/messages/call.ts'
import { MAX_METADATA_BYTES } from '../protocol/codec/metadata-field.ts'
import { MAX_RELAYED_BYTES } from '../protocol/messages/signaling.ts'
import type { EndpointContext } from '../session/conversation/endpoint.ts'
import { perMinute } from '../session/rates/bucket.ts'
import { createRateLimits, type RateLimits, unlimited } from '../session/rates/rate-limits.ts'
import type { DrainPeriods } from '../session/drain.ts'
import type { PublicSettings } from '../session/delivery/public-settings.ts'
import type { Reception, ReceptionOptions } from '../transport/admission/reception.ts'
import type { ProxyOptions } from '../transport/proxy/proxy-gate.ts'
import type { ConnectionLimits } from '../transport/connection/connection.ts'
import type { Gate } from '../transport/connection/gate.ts'
import type { ServerOptions } from '../transport/tcp/server.ts'
import type { LoadedTls } from '../transport/tls/tls-context.ts'
import { VERSION } from './version.ts'

/** The first label of the server's name, which stands before the id of every room (ROOM-2). */
function roomLabel({ server }: Config): string {
  return server.name.split('.')[0] ?? ''
}

export function roomRules(config: Config): RoomRules {
  const { rooms } = config
  const label = roomLabel(config)
  const permanent = rooms.permanent.map((room): PermanentRoom => {
    const { id: text, name, max_members, invite_only } = room
    const id = wholeRoomId(label, text)
    if (id === undefined) throw new Error('the configuration has been checked')
    return {
      id,
      name: name ?? text,
      maxMembers: max_members ?? rooms.max_members,
      inviteOnly: invite_only,
      mode: modeOf(config, room),
    }
  })
  return {
    create: rooms.create,
    maxMembers: rooms.max_members,
    mode: modeOf(config, rooms),
    maxRooms: rooms.max_rooms,
    permanent: new Map(permanent.map((room) => [room.id, room])),
    cleanupDelayMs: rooms.cleanup_delay_ms,
    label,
  }
}

export function messageRules({ messages }: Config): MessageRules {
  return { maxTextBytes: messages.max_text_bytes }
}

/** What clients are told of the configuration. */
export function publicSettings(config: Config): PublicSettings {
  const {
    limits,
    heartbeat,
    security,
    presence,
    calls,
    resume,
    webrtc,
    messages,
    push,
    rate_limits: rates,
  } = config
  const { name, icon_url } = config.server
  const { registration } = security
  return {
    server: `roomrtc-server/${VERSION}`,
    withheld: [
      ...(messages.enabled ? [] : ['messages' as const]),
      ...(config.sfu.urls.length > 0 ? [] : ['sfu' as const]),
      ...(push.enabled ? [] : ['push' as const]),
    ],
    ...(name === '' && icon_url === '' && registration === 'open'
      ? {}
      : { info: { name, icon_url, registration } }),
    limits: {
      max_frame_bytes: limits.max_frame_bytes,
      max_frame_bytes_before_login: Math.min(limits.max_frame_bytes_before_login, limits.max_frame_bytes),
      max_relayed_payload_bytes: Math.min(MAX_RELAYED_BYTES, limits.max_frame_bytes - 1),
      max_call_payload_bytes: Math.min(MAX_CALL_BYTES, limits.max_frame_bytes - 1),
      max_metadata_bytes: MAX_METADATA_BYTES,
      login_timeout_ms: limits.login_timeout_ms,
      frame_timeout_ms: limits.frame_timeout_ms,
      heartbeat_interval_ms: heartbeat.interval_ms,
      session_timeout_ms: security.session_timeout_secs * 1000,
      ring_timeout_ms: calls.ring_timeout_ms,
      resume_window_ms: resume.window_ms,
      max_outbox_frames: resume.max_outbox_frames,
      max_outbox_bytes: resume.max_outbox_bytes,
      max_watched: presence.max_watched,
      ...(messages.enabled ? { max_message_text_bytes: messages.max_text_bytes } : {}),
      ...(security.enable_rate_limiting
        ? {
            max_requests_per_minute: security.max_requests_per_minute,
            max_signals_per_minute: rates.signals_per_minute,
            max_calls_per_minute: rates.calls_per_minute,
            max_failed_resumes_per_minute: resume.max_failed_per_minute,
          }
        : {}),
    },
    ice: {
      gathering_timeout_ms: webrtc.ice_gathering_timeout_ms,
      connection_timeout_ms: webrtc.connection_timeout_ms,
      rtp_port_range: { start: webrtc.rtp_port_range_start, end: webrtc.rtp_port_range_end },
    },
  }
}

export function rateLimits(
  { security, resume, rate_limits: rates }: Config,
  others?: SharedLimits,
): RateLimits {
  if (!security.enable_rate_limiting) return unlimited
  return createRateLimits(
    {
      session: perMinute(security.max_requests_per_minute),
      user: perMinute(rates.user_per_minute),
      address: perMinute(rates.address_per_minute),
      signal: perMinute(rates.signals_per_minute),
      call: perMinute(rates.calls_per_minute),
      login: { perMinute: rates.logins_per_minute, burst: rates.login_burst },
      registration: { perMinute: rates.registrations_per_minute, burst: rates.registration_burst },
      failedResume: perMinute(resume.max_failed_per_minute),
      score: { perMinute: rates.score_decay_per_minute, burst: rates.max_score },
      ban: { firstMs: rates.ban_secs * 1000, longestMs: rates.max_ban_secs * 1000 },
      backoff: {
        free: rates.failed_logins,
        freePerAddress: rates.failed_logins_per_address,
        firstMs: rates.backoff_ms,
        longestMs: rates.max_backoff_secs * 1000,
      },
      actions: {
        CHAT_SEND: { maxScore: rates.chat_send_max_score, decayPerMinute: rates.chat_send_decay_per_minute },
        CHAT_REACT: {
          maxScore: rates.chat_react_max_score,
          decayPerMinute: rates.chat_react_decay_per_minute,
        },
        UPLOAD: { maxScore: rates.upload_max_score, decayPerMinute: rates.upload_decay_per_minute },
        ROOM_JOIN: { maxScore: rates.room_join_max_score, decayPerMinute: rates.room_join_decay_per_minute },
      },
    },
    others,
  )
}

export function drainPeriods({ drain }: Config): DrainPeriods {
  return { graceMs: drain.grace_ms, windowMs: drain.window_ms }
}

export function placeLimits({
  server,
  limits,
}: Config): Omit<ReceptionOptions, 'rates' | 'figures' | 'clock' | 'log'> {
  return {
    maxConnections: server.max_connections,
    maxConnectionsPerAddress: server.max_connections_per_address,
    waitingRoom: { maxGuests: server.max_guests, maxGuestsPerAddress: server.max_guests_per_address },
    lingerTimeoutMs: limits.linger_timeout_ms,
  }
}

/** Undefined where no proxy stands in front of us. */
export function proxyOptions({ networks, header_timeout_ms }: Config['proxy']): ProxyOptions | undefined {
  return networks.length === 0 ? undefined : { networks, headerTimeoutMs: header_timeout_ms }
}

export function serverOptions(
  { server, proxy, limits, heartbeat }: Config,
  tls: LoadedTls | undefined,
  reception: Reception,
  {
    endpoint,
    gate,
  }: {
    readonly endpoint: EndpointContext
    readonly gate: Gate
  },
): ServerOptions {
  return {
    reception,
    gate,
    tls: server.enable_tls ? tls?.options : undefined,
    proxy: proxyOptions(proxy),
    maxConnections: server.max_connections,
    handshakeTimeoutMs: limits.handshake_timeout_ms,
    keepAliveMs: heartbeat.tcp_keepalive_ms,
    limits: connectionLimits(limits),
    endpoint,
  }
}

export function connectionLimits(limits: Config['limits']): ConnectionLimits {
  return {
    maxFrameBytes: limits.max_frame_bytes,
    maxFrameBytesBeforeLogin: limits.max_frame_bytes_before_login,
    softOutboundBytes: limits.soft_outbound_bytes,
    maxOutboundBytes: limits.max_outbound_bytes,
    drainTimeoutMs: limits.drain_timeout_ms,
    frameTimeoutMs: limits.frame_timeout_ms,
  }
}

/** What the ends of all connections have in common. */
export function endpointContext(
  { heartbeat, security, limits }: Config,
  parts: Omit<EndpointContext, 'heartbeat' | 'loginTimeoutMs'>,
): EndpointContext {
  return {
    ...parts,
    heartbeat: { intervalMs: heartbeat.interval_ms, timeoutMs: security.session_timeout_secs * 1000 },
    loginTimeoutMs: limits.login_timeout_ms,
  }
}
