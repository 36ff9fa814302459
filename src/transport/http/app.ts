import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import type { HonoRequest } from 'hono'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { RateLimits } from '../../session/rates/rate-limits.ts'
import { addressKey } from '../admission/address/address-key.ts'
import type { Peer } from '../admission/peer.ts'
import type { Reception } from '../admission/reception.ts'
import { refused } from './answers.ts'
import type { HttpErrorReason } from './http-errors.ts'

export interface AppEnv {
  Bindings: HttpBindings
  Variables: {
    /** Who asks. */
    readonly client: Peer
    /** The same, as limits count by it. */
    readonly address: string
  }
}

export type App = OpenAPIHono<AppEnv>

interface Deps {
  readonly client: (request: IncomingMessage) => Peer | undefined
  readonly reception: Pick<Reception, 'attend'>
  readonly allowedOrigins: readonly string[]
  /** It speaks TLS. */
  readonly isSecure: boolean
  readonly maxBodyBytes: number
  /** Whether the request's route takes its body by itself, as it comes, whatever it is and however long. */
  readonly takesBody: ((request: IncomingMessage) => boolean) | undefined
  /** From where else pages show files; undefined where there are none at all. */
  readonly filesFrom: readonly string[] | undefined
  readonly rates: RateLimits
  readonly clock: Clock
  readonly log: Log
}

const OWN = ["'self'"]
const NOTHING = ["'none'"]

/** What our own pages need of a browser, and nothing else. */
function policyOf(filesFrom: Deps['filesFrom']) {
  return {
    defaultSrc: NOTHING,
    scriptSrc: OWN,
    styleSrc: OWN,
    connectSrc: OWN,
    imgSrc: [...OWN, 'data:', ...(filesFrom ?? [])],
    ...(filesFrom === undefined ? {} : { mediaSrc: [...OWN, ...filesFrom] }),
    baseUri: NOTHING,
    formAction: NOTHING,
    frameAncestors: NOTHING,
  }
}

const ALLOWED_HEADERS = ['Authorization', 'Content-Type', 'Session', 'Last-Event-ID']

/** What uploads by tus say besides, and are answered. */
const tusHeaders = ['Tus-Resumable', 'Upload-Length', 'Upload-Metadata', 'Upload-Offset']
const tusAnswers = ['Location', 'Tus-Resumable', 'Upload-Expires', 'Upload-Length', 'Upload-Offset']

const BAD_REQUEST = 400

/** What a request costs its address, whatever it asks. */
const REQUEST_COST = 1

/** What holds for every request, before and behind its route. */
export function makeApp(deps: Deps): App {
  const { client, reception, allowedOrigins, isSecure, maxBodyBytes, rates, clock, log } = deps
  const takesBody = deps.takesBody ?? (() => false)
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result, context) => {
      if (result.success) return undefined
      const detail = result.error.issues.map(({ path, message }) => `"${path.join('.')}": ${message}`)
      return refused(context, { reason: 'invalid_field', detail: detail.join('; ') })
    },
  })
  app.use(
    secureHeaders({
      contentSecurityPolicy: policyOf(deps.filesFrom),
      xFrameOptions: 'DENY',
      // What a route says of itself holds, as that of uploaded files.
      overwrite: false,
      // Over plain HTTP browsers do not believe it; a proxy that ends TLS has a name of its own to answer for.
      strictTransportSecurity: isSecure,
    }),
  )
  app.use(
    cors({
      origin: allowedOrigins.includes('*') ? '*' : [...allowedOrigins],
      allowHeaders: [...ALLOWED_HEADERS, ...(deps.takesBody === undefined ? [] : tusHeaders)],
      exposeHeaders: ['Retry-After', ...(deps.takesBody === undefined ? [] : tusAnswers)],
      maxAge: 600,
    }),
  )
  app.use(async (context, next) => {
    const peer = client(context.env.incoming)
    if (peer === undefined)
      return refused(context, { reason: 'malformed_request', detail: 'The connection is gone' })
    const address = addressKey(peer.address)
    const refusal = rates.ask(address, REQUEST_COST, clock.monotonicMs())
    if (refusal !== undefined) return refused(context, refusal)
    context.set('client', peer)
    context.set('address', address)
    // As over TCP: whoever waits for its password to be checked is not the first to make room.
    const answered = reception.attend(context.env.incoming.socket)
    await next().finally(answered)
    return undefined
  })
  app.notFound((context) => refused(context, { reason: 'not_found' }))
  app.use(async (context, next) => {
    const isAmbiguous = (context.env.incoming.headersDistinct['host'] ?? []).length > 1
    const fault = isAmbiguous
      ? 'malformed_request'
      : (faultOf(context.req) ??
        (takesBody(context.env.incoming) ? undefined : bodyFaultOf(context.req, maxBodyBytes)))
    if (fault !== undefined) return refused(context, { reason: fault })
    await next()
    return undefined
  })
  app.onError((error, context) => {
    if (error instanceof HTTPException && error.status === BAD_REQUEST)
      return refused(context, { reason: 'invalid_json', detail: 'The body is not valid JSON' })
    log.error({ err: error, path: context.req.path }, 'fault while answering a request')
    return refused(context, { reason: 'internal' })
  })
  return app
}

/** What is wrong with a request before its body is read. */
function faultOf(request: HonoRequest): HttpErrorReason | undefined {
  if (hasToken(request.query())) return 'token_in_query'
  // A body of unknown length would have to be read to learn that it is too long.
  return request.header('transfer-encoding') === undefined ? undefined : 'length_required'
}

/** The same of its body, which is to be JSON. */
function bodyFaultOf(request: HonoRequest, maxBodyBytes: number): HttpErrorReason | undefined {
  const length = Number(request.header('content-length') ?? 0)
  if (length > maxBodyBytes) return 'body_too_large'
  return length > 0 && !isJson(request.header('content-type')) ? 'unsupported_media_type' : undefined
}

function isJson(type: string | undefined): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type ?? '')
}

/** What is in a URL ends up in the logs of servers and proxies. */
function hasToken(query: Readonly<Record<string, string>>): boolean {
  return ['token', 'access_token', 'session_token'].some((name) => Object.hasOwn(query, name))
}
