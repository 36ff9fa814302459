import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorReasons } from '../../protocol/error-reasons.ts'
import type { WireRefusal } from '../../session/conversation/present-refusal.ts'
import { answerAndEnd } from '../admission/raw-answer.ts'

const MS_PER_SECOND = 1000
const NO_CONTENT = 204

/** What only HTTP refuses. */
const ownReasons = {
  length_required: { code: 411, message: 'Say how long the body is, with Content-Length' },
  body_too_large: { code: 413, message: 'The body is too large' },
  malformed_request: {
    code: 400,
    message: 'There is no such connection, or it is asked for in a way that is not known here',
  },
} as const

type Refusal = WireRefusal | { readonly reason: keyof typeof ownReasons }

const reasons = { ...errorReasons, ...ownReasons }

/** Before anything is answered: what of it scripts of other origins may read. */
export function allowOrigin({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Vary', 'Origin')
  if (origin !== undefined) response.setHeader('Access-Control-Allow-Origin', origin)
}

/** What browsers ask before a request that is not simple. */
export function answerPreflight(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Methods', 'GET,POST')
  response.setHeader('Access-Control-Allow-Headers', 'Content-Type')
  response.writeHead(NO_CONTENT).end()
}

/** The body may be unread, so that nothing can follow on the connection. */
export function refuse(response: ServerResponse, refusal: Refusal): void {
  const { code, body, retryAfterSecs } = told(refusal)
  if (retryAfterSecs !== undefined) response.setHeader('Retry-After', retryAfterSecs)
  response.writeHead(code, { 'Content-Type': 'application/json', Connection: 'close' })
  response.end(JSON.stringify(body))
}

export function refuseUpgrade(stream: Duplex, refusal: Refusal): void {
  const { code, body } = told(refusal)
  answerAndEnd(stream, { code, name: STATUS_CODES[code] ?? '', ...body })
}

function told(refusal: Refusal) {
  const { code, message } = reasons[refusal.reason]
  const detail = 'detail' in refusal ? refusal.detail : undefined
  const later = 'retryAfterMs' in refusal ? refusal.retryAfterMs : undefined
  return {
    code,
    body: {
      error: refusal.reason,
      message: detail ?? message,
      ...(later === undefined ? {} : { retry_after_ms: later }),
    },
    retryAfterSecs: later === undefined ? undefined : Math.ceil(later / MS_PER_SECOND),
  }
}
