import { certificateFindings } from '../check-certificate.ts'
import { troubleOf } from '../cures.ts'
import { type Finding, fault, ok } from '../finding.ts'
import type { Settings } from '../settings.ts'
import {
  Attribute,
  type Attributes,
  longTermKey,
  Method,
  type StunAnswer,
  stunError,
  stunRequest,
  xorAddress,
} from './stun-message.ts'
import { openStun, type StunTransport } from './stun-transport.ts'
import { parseStunUrl } from './stun-url.ts'

/** An entry of ICE_SERVERS. */
interface IceServer {
  readonly urls: readonly string[]
  readonly username?: string | undefined
  readonly credential?: string | undefined
}

const UDP = Buffer.from([17, 0, 0, 0])
const NOTHING = Buffer.alloc(4)
const UNAUTHORIZED = 401
const STALE_NONCE = 438

/** Whether each server does what clients need of it: a binding of STUN, an allocation of TURN. */
export async function iceFindings(
  servers: readonly IceServer[],
  settings: Settings,
): Promise<readonly Finding[]> {
  const looks = servers.flatMap((server) => server.urls.map((url) => look(url, server, settings)))
  return (await Promise.all(looks)).flat()
}

async function look(text: string, server: IceServer, settings: Settings): Promise<readonly Finding[]> {
  const url = parseStunUrl(text)
  if (url === undefined)
    return [
      fault(
        'ice',
        `${text} is no URL of STUN or TURN`,
        'correct it in webrtc.stun_servers or webrtc.turn_servers',
      ),
    ]
  const findings: Finding[] = []
  let transport: StunTransport | undefined
  try {
    transport = await openStun(url, settings.timeoutMs, settings.ca)
    if (transport.tls !== undefined) {
      const at = { host: url.host, byName: true }
      for (const found of certificateFindings(transport.tls, at, settings.now(), 'turn'))
        if (found.level !== 'ok') findings.push({ ...found, message: `${text}: ${found.message}` })
    }
    findings.push(url.kind === 'stun' ? await bind(text, transport) : await allocate(text, server, transport))
  } catch (error) {
    const { message } = troubleOf(error)
    const cure =
      url.kind === 'stun'
        ? 'check its address and port in webrtc.stun_servers, and that a firewall lets them through'
        : 'check that it runs, its address and port in webrtc.turn_servers, and that a firewall lets them through'
    findings.push(fault(url.kind, `${text}: ${message}`, cure))
  } finally {
    transport?.close()
  }
  return findings
}

async function bind(url: string, transport: StunTransport): Promise<Finding> {
  const request = stunRequest(Method.binding, [])
  const answer = await transport.ask(request)
  if (answer.outcome === 'error') return refusedBy('stun', url, answer)
  const seen = xorAddress(answer.attributes.get(Attribute.xorMappedAddress), request)
  return ok('stun', `${url} answers${seen === undefined ? '' : `, and sees this machine as ${seen}`}`)
}

/** RFC 8656: the first request is refused with a realm and a nonce, by which the second is signed. */
async function allocate(
  url: string,
  { username, credential }: IceServer,
  transport: StunTransport,
): Promise<Finding> {
  if (username === undefined || credential === undefined)
    return fault(
      'turn',
      `${url} comes without a credential`,
      'give it a secret, or username and credential, in webrtc.turn_servers',
    )
  const transportWanted = [Attribute.requestedTransport, UDP] as const
  let answer = await transport.ask(stunRequest(Method.allocate, [transportWanted]))
  if (answer.outcome === 'success')
    return fault(
      'turn',
      `${url} relays for anybody, without a credential`,
      'switch authentication on there (use-auth-secret of coturn)',
    )
  if (stunError(answer).code !== UNAUTHORIZED) return refusedBy('turn', url, answer)
  const realm = answer.attributes.get(Attribute.realm)?.toString() ?? ''
  const key = longTermKey(username, realm, credential)
  const signed = (attributes: Attributes, method: number) =>
    stunRequest(
      method,
      [
        ...attributes,
        [Attribute.username, Buffer.from(username)],
        [Attribute.realm, Buffer.from(realm)],
        [Attribute.nonce, answer.attributes.get(Attribute.nonce) ?? Buffer.alloc(0)],
      ],
      key,
    )
  let request = signed([transportWanted], Method.allocate)
  let granted = await transport.ask(request)
  if (granted.outcome === 'error' && stunError(granted).code === STALE_NONCE) {
    answer = granted
    request = signed([transportWanted], Method.allocate)
    granted = await transport.ask(request)
  }
  if (granted.outcome === 'error') return refusedBy('turn', url, granted)
  const relay = xorAddress(granted.attributes.get(Attribute.xorRelayedAddress), request)
  // A lifetime of 0 gives the allocation back.
  await transport.ask(signed([[Attribute.lifetime, NOTHING]], Method.refresh))
  return ok('turn', `${url} relays by ${relay ?? 'an address that it does not tell'}`)
}

function refusedBy(check: 'stun' | 'turn', url: string, answer: StunAnswer): Finding {
  const { code, words } = stunError(answer)
  const cure =
    code === UNAUTHORIZED || code === 441
      ? 'webrtc.turn_servers must have the secret (or the username and credential) of the TURN server, and both clocks must agree'
      : code === 486
        ? 'raise the quota of allocations there (user-quota and total-quota of coturn)'
        : 'look into the log of that server'
  return fault(check, `${url} refuses: ${code} ${words}`, cure)
}
