import { z } from 'zod'
import { bindAddress, port } from '../listening.ts'
import { milliseconds } from '../timer-range.ts'

/** Its first label stands before the ids of rooms, of which it is a part. */
const HOST_NAME = /^$|^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/

const keys = z.strictObject({
  name: z
    .string()
    .max(253)
    .regex(HOST_NAME)
    .meta({ allowed: 'a host name in lower case such as talk.example.org, or empty' })
    .default('')
    .describe(
      'The host name by which people know this server. Clients are told it, and its first label stands before the ids of rooms. Empty means none.',
    ),
  icon_url: z
    .string()
    .max(2048)
    .regex(/^$|^https?:\/\/[!-~]+$/)
    .meta({ allowed: 'a URL with http or https, or empty' })
    .default('')
    .describe('The URL of a picture that clients may show beside the name. Empty means none.'),
  bind_address: bindAddress.describe(
    'The address to listen on. 0.0.0.0 or :: means all interfaces: use TLS then.',
  ),
  port: port.default(8080).describe('TCP port. 0 chooses a free port, and the log has its number.'),
  max_connections: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('How many connections there may be at one time. A further one is refused.'),
  max_connections_per_address: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1000)
    .describe(
      'How many connections there may be from one address. Of an IPv6 address the first 64 bits count.',
    ),
  max_guests: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(5000)
    .describe(
      'How many connections may be there that have not logged in. Those in their TLS handshake count. When a further one comes, the one that has waited longest is closed.',
    ),
  max_guests_per_address: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(500)
    .describe('How many of those may be there from one address.'),
  enable_tls: z.boolean().default(false).describe('Use TLS on the port, and nothing else.'),
  pkcs12_path: z
    .string()
    .default('')
    .describe('The PKCS#12 file (.p12, .pfx) with certificate and key. Empty means none.'),
  pkcs12_password: z
    .string()
    .meta({ secret: true })
    .default('')
    .describe(
      'The password of the PKCS#12 file. The environment variable ROOMRTC_PKCS12_PASSWORD overrides it.',
    ),
  cert_path: z
    .string()
    .default('')
    .describe(
      'The certificate chain as a PEM file. Together with server.key_path it is the alternative to PKCS#12.',
    ),
  key_path: z.string().default('').describe('The private key for server.cert_path, as a PEM file.'),
  tls_max_version: z
    .enum(['TLSv1.3', 'TLSv1.2'])
    .default('TLSv1.3')
    .describe('The newest TLS version that is offered. The oldest is always TLS 1.2.'),
  control_socket: z
    .boolean()
    .default(true)
    .describe(
      'Make the socket roomrtc.sock in persistence.data_directory, which roomrtc-server ctl uses. There is none if persistence.enable_persistence is false, and none on Windows.',
    ),
  reconnect_after_ms: milliseconds(0)
    .default(1000)
    .describe('When the daemon stops, it asks clients to wait so long before they come back.'),
  shutdown_timeout_ms: milliseconds()
    .default(5000)
    .describe(
      'How long a stop may take after drain.window_ms until every client has had its last message. Then the process exits anyway.',
    ),
})

// The refinements speak as soon as their own keys are good, so that other faults of the file do not hide theirs.
const tlsKeys = z.object(
  keys.pick({ enable_tls: true, pkcs12_path: true, cert_path: true, key_path: true }).shape,
)
const when = (payload: { value: unknown }) => tlsKeys.safeParse(payload.value).success

const hasPem = (server: z.output<typeof tlsKeys>) => server.cert_path !== '' || server.key_path !== ''

export const serverSection = keys
  .refine((server) => !server.enable_tls || server.pkcs12_path !== '' || hasPem(server), {
    when,
    path: ['enable_tls'],
    error: 'TLS needs a certificate; set server.pkcs12_path, or server.cert_path and server.key_path',
  })
  .refine((server) => !server.enable_tls || server.pkcs12_path === '' || !hasPem(server), {
    when,
    path: ['pkcs12_path'],
    error:
      'two kinds of certificate are given; keep either server.pkcs12_path or server.cert_path and server.key_path',
  })
  .refine(
    (server) =>
      !server.enable_tls ||
      server.pkcs12_path !== '' ||
      (server.cert_path === '') === (server.key_path === ''),
    {
      when,
      path: ['cert_path'],
      error: 'server.cert_path and server.key_path belong together; only one of them is set',
    },
  )
