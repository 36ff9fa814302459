import { createHmac } from 'node:crypto'

/** Of a secret as others hand it out: what follows is the key in Base64. */
const ENCODED = 'whsec_'

/** The headers by which a receiver knows who sends, and that nothing was changed: those of Standard Webhooks. */
export function signedHeaders(secret: string, id: string, unixSecs: number, body: string) {
  const key = secret.startsWith(ENCODED) ? Buffer.from(secret.slice(ENCODED.length), 'base64') : secret
  const mac = createHmac('sha256', key).update(`${id}.${unixSecs}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(unixSecs), 'webhook-signature': `v1,${mac}` }
}
