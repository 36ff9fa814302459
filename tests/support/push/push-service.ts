import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { makeIssued } from '../certificates.ts'
import { type Device, makeDevice } from './device.ts'

interface Delivered {
  readonly device: string
  readonly headers: IncomingHttpHeaders
  /** Decrypted by the device. */
  readonly told: unknown
}

export interface PushServiceRig {
  /** Its host as a configuration names it. */
  readonly host: string
  /** For whoever is to trust it; undefined where it is reached without TLS. */
  readonly ca: string | undefined
  readonly delivered: Delivered[]
  /** A device that can be woken, as its client tells the server. */
  subscribe(name: string): { readonly endpoint: string; readonly keys: Device['keys'] }
  /** The statuses of the answers to come; afterwards 201. */
  answer(...statuses: readonly number[]): void
}

/** A push service on the loopback address: takes what is encrypted for its devices, and lets them read it. */
export async function startPushService(
  ends: (() => unknown)[],
  { tls }: { readonly tls: boolean },
): Promise<PushServiceRig> {
  const devices = new Map<string, Device>()
  const delivered: Delivered[] = []
  const answers: number[] = []
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const name = (request.url ?? '').slice(1)
      const status = answers.shift() ?? 201
      const told = devices.get(name)?.read(Buffer.concat(chunks))
      delivered.push({ device: name, headers: request.headers, told })
      response.writeHead(status).end()
    })
  }
  const issued = tls ? await makeIssued({ names: ['localhost'] }) : undefined
  const server = issued === undefined ? createServer(listener) : createTlsServer(issued, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it listens on a port')
  const host = tls ? 'localhost' : '127.0.0.1'
  const base = `${tls ? 'https' : 'http'}://${host}:${address.port}`
  return {
    host,
    ca: issued?.issuer,
    delivered,
    subscribe(name) {
      const device = makeDevice()
      devices.set(name, device)
      return { endpoint: `${base}/${name}`, keys: device.keys }
    },
    answer(...statuses) {
      answers.push(...statuses)
    },
  }
}

/** What a server says of itself in the header of a push (RFC 8292); throws where it is not signed by this key. */
export async function verifyVapid(authorization: string | undefined, publicKey: string) {
  const [, token = '', key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(authorization ?? '') ?? []
  if (key !== publicKey) throw new Error('it is another key')
  const point = Buffer.from(publicKey, 'base64url')
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')]
  const jwk = await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256')
  const { payload } = await jwtVerify(token, jwk)
  return { ...payload, alg: decodeProtectedHeader(token).alg }
}
