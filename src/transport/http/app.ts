import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { RateLimits } from '../../session/rates/rate-limits.ts'
import { addressKey } from '../admission/address/address-key.ts'
import type { Peer } from '../admission/peer.ts'
import { failed, refused } from './answers.ts'

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
  readonly allowedOrigins: readonly string[]
  readonly maxBodyBytes: number
  readonly rates: RateLimits
  readonly clock: Clock
  readonly log: Log
}

/** What a request costs its address, whatever it asks. */
const REQUEST_COST = 1

/** What holds for every request, before and behind its route. */
export function makeApp({ client, allowedOrigins, maxBodyBytes, rates, clock, log }: Deps): App {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result, context) => {
      if (result.success) return undefined
      const detail = result.error.issues.map(({ path, message }) => `"${path.join('.')}": ${message}`)
      return refused(context, { reason: 'invalid_field', detail: detail.join('; ') })
    },
  })
  app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } }))
  app.use(
    cors({
      origin: allowedOrigins.includes('*') ? '*' : [...allowedOrigins],
      allowHeaders: ['Authorization', 'Content-Type', 'Session', 'Last-Event-ID'],
      exposeHeaders: ['Retry-After'],
      maxAge: 600,
    }),
  )
  app.use(async (context, next) => {
    const peer = client(context.env.incoming)
    if (peer === undefined) return failed(context, 'malformed_request', 'The connection is gone')
    const address = addressKey(peer.address)
    const refusal = rates.ask(address, REQUEST_COST, clock.monotonicMs())
    if (refusal !== undefined) return refused(context, refusal)
    context.set('client', peer)
    context.set('address', address)
    await next()
    return undefined
  })
  app.use(bodyLimit({ maxSize: maxBodyBytes, onError: (context) => failed(context, 'body_too_large') }))
  app.notFound((context) => failed(context, 'not_found'))
  app.onError((error, context) => {
    log.error({ err: error, path: context.req.path }, 'fault while answering a request')
    return refused(context, { reason: 'internal' })
  })
  return app
}
