import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

const keys = z.strictObject({
  bind_address: z
    .string()
    .regex(/^[A-Za-z0-9._:%-]+$/)
    .meta({ allowed: 'IP address without brackets, or host name' })
    .default('127.0.0.1')
    .describe('Where to listen; 0.0.0.0 or :: is every interface, to be combined with TLS.'),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .describe('TCP port; 0 picks a free one, which the log names.'),
  max_connections: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Connections at one time; a further one is refused.'),
  max_connections_per_address: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1000)
    .describe('The same from one address; of IPv6 addresses the first 64 bits count.'),
  max_guests: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(5000)
    .describe(
      'Connections that have not logged in, those in their TLS handshake included; for a further one, the one that has waited longest goes.',
    ),
  max_guests_per_address: z.int().min(1).max(1_000_000).default(500).describe('The same from one address.'),
  enable_tls: z.boolean().default(false).describe('Speak TLS and nothing else on the port.'),
  pkcs12_path: z
    .string()
    .default('')
    .describe('Certificate and key in one PKCS#12 file (.p12, .pfx); empty is none.'),
  pkcs12_password: z
    .string()
    .meta({ secret: true })
    .default('')
    .describe('Password of the PKCS#12 file; the environment variable ROOMRTC_PKCS12_PASSWORD overrides it.'),
  cert_path: z
    .string()
    .default('')
    .describe('Certificate chain in PEM, the alternative to PKCS#12, together with server.key_path.'),
  key_path: z.string().default('').describe('Private key in PEM that belongs to server.cert_path.'),
  tls_max_version: z
    .enum(['TLSv1.3', 'TLSv1.2'])
    .default('TLSv1.3')
    .describe('Newest TLS version to offer; the oldest is always TLS 1.2.'),
  reconnect_after_ms: milliseconds(0)
    .default(1000)
    .describe('When the daemon stops: how long clients that can are asked to wait before they come back.'),
  shutdown_timeout_ms: milliseconds()
    .default(5000)
    .describe(
      'How long a stop may take, from the end of drain.window_ms, to say goodbye to every client before the process exits anyway.',
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
