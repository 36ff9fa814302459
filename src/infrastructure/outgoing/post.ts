import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { err, ok, type Result } from '../../domain/result.ts'

interface Answer {
  readonly status: number
  /** How long it asks for patience. */
  readonly retryAfterMs: number | undefined
}

interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: Buffer
  /** In the place of the system's own. */
  readonly lookup?: LookupFunction | undefined
}

/** The answer, or why there is none, for the log; never throws. `ended`: it is to be broken off. */
export type SendPost = (post: Post, ended: AbortSignal) => Promise<Result<Answer, string>>

export interface PostLine {
  readonly post: SendPost
  close(): void
}

/** A connection that nobody has used for so long is closed. */
const IDLE_MS = 30_000

/** A longer answer is not read, and its connection not used again. */
const MAX_ANSWER_BYTES = 16_384

/** Why a request is broken off. */
const LATE = new Error('late')

/** Makes requests over connections that it keeps, so many to one host at a time. Follows no redirect, and reads no answer. */
export function openPostLine({
  timeoutMs,
  maxSockets,
  ca,
}: {
  readonly timeoutMs: number
  readonly maxSockets: number
  /** Authorities to be trusted in the place of Node's own. */
  readonly ca?: string | undefined
}): PostLine {
  const options = { keepAlive: true, maxSockets, timeout: IDLE_MS }
  const http = new HttpAgent(options)
  const https = new HttpsAgent({ ...options, ca })

  return {
    async post(what, ended) {
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
        return ok(answerOf(await begin(what, given.signal)))
      } catch (error) {
        if (given.signal.reason === LATE) return err(`no answer within ${timeoutMs} ms`)
        return err(error instanceof Error ? error.message : String(error))
      } finally {
        clearTimeout(timer)
        ended.removeEventListener('abort', stop)
      }
    },
    close() {
      http.destroy()
      https.destroy()
    },
  }

  function begin({ url, headers, body, lookup }: Post, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const isTls = url.startsWith('https:')
      const all = { ...headers, 'content-length': body.length }
      const how = { method: 'POST', signal, headers: all, ...(lookup === undefined ? {} : { lookup }) }
      const sent = isTls
        ? httpsRequest(url, { ...how, agent: https })
        : httpRequest(url, { ...how, agent: http })
      sent.on('response', resolve).on('error', reject)
      sent.end(body)
    })
  }
}

function answerOf(response: IncomingMessage): Answer {
  const { statusCode: status = 0, headers } = response
  response.on('error', () => undefined)
  if (Number(headers['content-length'] ?? NaN) <= MAX_ANSWER_BYTES) response.resume()
  else response.destroy()
  const secs = Number(headers['retry-after'] ?? NaN)
  return { status, retryAfterMs: secs >= 0 && Number.isFinite(secs) ? secs * 1000 : undefined }
}
