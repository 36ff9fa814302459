import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

// RFC 7064 and RFC 7065: no slashes, an optional port; only turn: and turns: take a transport.
const STUN_URL = /^stuns?:(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i
const TURN_URL = /^turns?:(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i

const rtpPort = z.int().min(1).max(65_535)

const turnServer = z.strictObject({
  url: z
    .string()
    .regex(TURN_URL)
    .meta({ allowed: 'URL such as turn:host, turn:host:3478?transport=udp or turns:[2001:db8::1]:5349' })
    .describe('Address of the TURN server.'),
  username: z.string().min(1).describe('User name at the TURN server.'),
  credential: z
    .string()
    .min(1)
    .meta({ secret: true, allowed: 'non-empty string, or absent with ROOMRTC_TURN_CREDENTIAL set' })
    .describe(
      'Password at the TURN server; where absent or empty, the environment variable ROOMRTC_TURN_CREDENTIAL.',
    ),
})

const keys = z.strictObject({
  stun_servers: z
    .array(
      z
        .string()
        .regex(STUN_URL)
        .meta({ allowed: 'URL such as stun:host, stun:host:3478 or stuns:[2001:db8::1]:5349' }),
    )
    .default(['stun:stun.l.google.com:19302'])
    .describe('STUN servers for clients. Checked and kept: a later version hands them out.'),
  turn_servers: z
    .array(turnServer)
    .default([])
    .describe('TURN servers for clients. Checked and kept: a later version hands them out.'),
  rtp_port_range_start: rtpPort
    .default(10_000)
    .describe('First UDP port for media at a client. Checked and kept: a later version hands it out.'),
  rtp_port_range_end: rtpPort
    .default(20_000)
    .describe(
      'Last UDP port, not below webrtc.rtp_port_range_start. Checked and kept: a later version hands it out.',
    ),
  ice_gathering_timeout_ms: milliseconds()
    .default(5000)
    .describe('How long a client gathers candidates. Checked and kept: a later version hands it out.'),
  connection_timeout_ms: milliseconds()
    .default(10_000)
    .describe('How long a client tries to reach its peer. Checked and kept: a later version hands it out.'),
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
