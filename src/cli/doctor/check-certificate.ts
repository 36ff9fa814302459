import { checkServerIdentity, type PeerCertificate, type TLSSocket } from 'node:tls'
import { type Finding, fault, ok, warning } from './finding.ts'
import type { Target } from './target.ts'

const DAY_MS = 86_400_000
const SOON_DAYS = 14

const SELF_SIGNED = ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN']
const INCOMPLETE = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]

/** Who shows a certificate: what is to be done about it is different. */
type Owner = 'server' | 'turn'

const cures = {
  server: {
    unknown: 'use a certificate of a public authority, or give clients this one (here: --ca FILE)',
    incomplete:
      'put the intermediate certificates behind the own one in server.cert_path; for an authority of your own use --ca FILE',
    renew: 'renew it, then SIGHUP or roomrtc-server ctl reload',
  },
  turn: {
    unknown: 'use a certificate of a public authority there: browsers accept no other',
    incomplete:
      'put the intermediate certificates behind the own one there (cert of coturn); for an authority of your own use --ca FILE',
    renew: 'renew it there, and start the TURN server again (for coturn SIGUSR2 is enough)',
  },
} as const

/** Chain, names and time of what the server has shown. */
export function certificateFindings(
  socket: TLSSocket,
  { host, byName }: Pick<Target, 'host' | 'byName'>,
  now: number,
  owner: Owner = 'server',
): readonly Finding[] {
  const certificate = socket.getPeerCertificate(true)
  return [
    chain(socket, owner),
    ...(byName ? [names(certificate, host)] : []),
    period(certificate, now, cures[owner].renew),
  ]
}

function chain(socket: TLSSocket, owner: Owner): Finding {
  const code = String(socket.authorizationError)
  const version = socket.getProtocol() ?? 'TLS'
  if (socket.authorized || /EXPIRED|NOT_YET|ALTNAME/.test(code))
    return ok('chain', `${version}, the chain leads to a known authority`)
  if (SELF_SIGNED.includes(code))
    return (owner === 'server' ? warning : fault)(
      'chain',
      `${version}, signed by itself or by an authority that this machine does not know`,
      cures[owner].unknown,
    )
  if (INCOMPLETE.includes(code))
    return fault(
      'chain',
      `${version}, the chain is incomplete or its authority is unknown`,
      cures[owner].incomplete,
    )
  return fault('chain', `${version}, no client believes it: ${code}`, 'renew the certificate')
}

function names(certificate: PeerCertificate, host: string): Finding {
  const wrong = checkServerIdentity(host, certificate)
  if (wrong === undefined) return ok('names', `the certificate is for ${host}`)
  const others = certificate.subjectaltname ?? 'no name at all'
  return fault(
    'names',
    `the certificate is not for ${host}: it has ${others}`,
    `connect by a name that it has, or get one for ${host}`,
  )
}

function period({ valid_from: from, valid_to: to }: PeerCertificate, now: number, cure: string): Finding {
  const [begin, end] = [Date.parse(from), Date.parse(to)]
  const days = Math.floor((end - now) / DAY_MS)
  if (end < now) return fault('expiry', `the certificate has expired on ${day(end)}`, cure)
  if (begin > now)
    return fault(
      'expiry',
      `the certificate is valid from ${day(begin)} only`,
      'check the clocks of both machines',
    )
  if (days < SOON_DAYS)
    return warning('expiry', `the certificate expires in ${days} days, on ${day(end)}`, cure)
  return ok('expiry', `the certificate is valid until ${day(end)}`)
}

function day(ms: number): string {
  return Number.isNaN(ms) ? 'an unknown day' : new Date(ms).toISOString().slice(0, 10)
}
