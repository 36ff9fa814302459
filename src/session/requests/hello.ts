import type { Log } from '../../application/ports/system/log.ts'
import { agreeOn, PROTOCOLS } from '../../protocol/capabilities.ts'
import type { ClientMessage } from '../../protocol/message-table.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import type { PublicSettings } from '../delivery/public-settings.ts'

type Hello = Extract<ClientMessage, { type: 'HELLO' }>

/** Agrees with a client on what both can (HELLO-1); gives the refusal, if there is one. */
export function sayHello(
  asker: Endpoint,
  { payload }: Hello,
  requestId: string | undefined,
  { settings, log }: { readonly settings: PublicSettings; readonly log: Log },
): WireRefusal | undefined {
  if (asker.session !== undefined) return { reason: 'hello_too_late' }
  const { protocol, client } = payload
  if (!PROTOCOLS.includes(protocol)) {
    const detail = `HELLO: "protocol" ${protocol} is not spoken here; this server speaks ${PROTOCOLS.join(', ')}`
    return { reason: 'unsupported_protocol', detail, facts: { supported_protocols: [...PROTOCOLS] } }
  }
  const withheld: readonly string[] = settings.withheld
  const agreed = agreeOn(payload.capabilities.filter((name) => !withheld.includes(name)))
  const capabilities = [...agreed]
  asker.negotiate(agreed)
  asker.client = client
  log.debug({ conn: asker.id, client, capabilities }, 'negotiated')
  const { server, limits, info } = settings
  const whose = info === undefined ? {} : { server_info: info }
  asker.send({ type: 'WELCOME', payload: { protocol, server, capabilities, limits, ...whose } }, requestId)
  return undefined
}
