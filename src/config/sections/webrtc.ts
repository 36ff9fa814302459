import { z } from 'zod'
import { milliseconds, seconds } from '../timer-range.ts'
import { turnServer } from './turn-server.ts'

// RFC 7064: no slashes, an optional port, no transport.
const STUN_URL = /^stuns?:(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i

const rtpPort = z.int().min(1).max(65_535)

const keys = z.strictObject({
  stun_servers: z
    .array(
      z
        .string()
        .regex(STUN_URL)
        .meta({ allowed: 'URL such as stun:host, stun:host:3478 or stuns:[2001:db8::1]:5349' }),
    )
    .default(['stun:stun.l.google.com:19302'])
    .describe('STUN servers for clients, handed out in ICE_SERVERS.'),
  turn_servers: z
    .array(turnServer)
    .default([])
    .describe('TURN servers for clients, handed out in ICE_SERVERS.'),
  turn_ttl_secs: seconds()
    .default(3600)
    .describe(
      'How long TURN credentials made from a secret are valid. During a call the server sends new ones before they expire.',
    ),
  rtp_port_range_start: rtpPort
    .default(10_000)
    .describe('First UDP port for media at a client, handed out in ICE_SERVERS.'),
  rtp_port_range_end: rtpPort
    .default(20_000)
    .describe('Last UDP port, not below webrtc.rtp_port_range_start; handed out in ICE_SERVERS.'),
  ice_gathering_timeout_ms: milliseconds()
    .default(5000)
    .describe('How long a client gathers candidates, handed out in ICE_SERVERS.'),
  connection_timeout_ms: milliseconds()
    .default(10_000)
    .describe('How long a client tries to reach its peer, handed out in ICE_SERVERS.'),
})

const rangeKeys = z.object(keys.pick({ rtp_port_range_start: true, rtp_port_range_end: true }).shape)

export const webrtcSection = keys.refine(
  (webrtc) => webrtc.rtp_port_range_start <= webrtc.rtp_port_range_end,
  {
    // As soon as both ends are good numbers, whatever else is wrong in the file.
    when: (payload) => rangeKeys.safeParse(payload.value).success,
    path: ['rtp_port_range_start'],
    error: 'must not be greater than webrtc.rtp_port_range_end',
  },
)
