import { type IncomingMessage, Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** What came of one request. `cause`: for the log, of a request that may be made again. */
export type Posted =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'failed'; readonly cause: string; readonly retryAfterMs?: number | undefined }

export type PostJson = (
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
) => Promise<Posted>

/** A connection that nobody has used for so long is closed. */
const IDLE_MS = 30_000

/** Why a request is broken off. */
const LATE = new Error('late')

/** Of the answers that say "no", those that may be different next time. */
const MAY_PASS = new Set([408, 409, 421, 425, 429])

/** Makes requests to one URL over one connection, which it keeps. Follows no redirect, and reads no answer. */
export function makePostJson(url: string, timeoutMs: number): { post: PostJson; close: () => void } {
  const isTls = new URL(url).protocol === 'https:'
  const options = { keepAlive: true, maxSockets: 1, timeout: IDLE_MS }
  const agent = isTls ? new HttpsAgent(options) : new HttpAgent(options)
  const request = isTls ? httpsRequest : httpRequest

  return {
    async post(headers, body, ended) {
      const given = new AbortController()
      const timer = setTimeout(() => {
        given.abort(LATE)
      }, timeoutMs)
      const stop = () => {
        given.abort()
      }
      ended.addEventListener('abort', stop)
      try {
        if (ended.aborted) stop()
        return judge(await begin(headers, Buffer.from(body), given.signal))
      } catch (error) {
        if (given.signal.reason === LATE) return { kind: 'failed', cause: `no answer within ${timeoutMs} ms` }
        return { kind: 'failed', cause: error instanceof Error ? error.message : String(error) }
      } finally {
        clearTimeout(timer)
        ended.removeEventListener('abort', stop)
      }
    },
    close: () => {
      agent.destroy()
    },
  }

  function begin(headers: object, body: Buffer, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const all = { ...headers, 'content-type': 'application/json', 'content-length': body.length }
      const sent = request(url, { method: 'POST', agent, signal, headers: all })
      sent.on('response', resolve).on('error', reject)
      sent.end(body)
    })
  }
}

function judge(response: IncomingMessage): Posted {
  const { statusCode: status = 0, headers } = response
  response.on('error', () => undefined)
  // A short one is let pass, so that the connection can be used again.
  if (Number(headers['content-length'] ?? NaN) <= 16_384) response.resume()
  else response.destroy()
  if (status >= 200 && status < 300) return { kind: 'taken' }
  if (status >= 400 && status < 500 && !MAY_PASS.has(status)) return { kind: 'refused', status }
  const moved = status >= 300 && status < 400 ? ', and redirects are not followed' : ''
  return { kind: 'failed', cause: `the answer is ${status}${moved}`, retryAfterMs: waitOf(headers) }
}

function waitOf({ 'retry-after': after }: IncomingMessage['headers']): number | undefined {
  const secs = Number(after)
  return after === undefined || !Number.isFinite(secs) || secs < 0 ? undefined : secs * 1000
}
