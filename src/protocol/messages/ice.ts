import { z } from 'zod'
import { readable } from '../codec/readable.ts'

/** An RTCIceServer, ready for RTCPeerConnection. */
const iceServer = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
})

export const iceMessages = {
  ICE_SERVERS_REQUEST: {
    code: 0x28,
    about: 'Asks for STUN and TURN servers',
    needs: 'ice_servers',
    client: readable('ICE_SERVERS_REQUEST', z.object({})),
    mayBeEmpty: true,
  },
  ICE_SERVERS: {
    code: 0x29,
    about:
      'STUN and TURN servers: answers the request, and comes by itself after login and before credentials end',
    needs: 'ice_servers',
    server: readable(
      'ICE_SERVERS',
      z.object({
        ice_servers: z.array(iceServer),
        ttl_secs: z.int().min(1).optional(),
        gathering_timeout_ms: z.int(),
        connection_timeout_ms: z.int(),
        rtp_port_range: z.object({ start: z.int(), end: z.int() }),
      }),
    ),
  },
} as const
