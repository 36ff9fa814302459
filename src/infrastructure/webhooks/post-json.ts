import type { SendPost } from '../outgoing/post.ts'

/** What came of one request. `cause`: for the log, of a request that may be made again. */
type Posted =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'failed'; readonly cause: string; readonly retryAfterMs?: number | undefined }

export type PostJson = (
  headers: Readonly<Record<string, string>>,
  body: string,
  ended: AbortSignal,
) => Promise<Posted>

/** Of the answers that say "no", those that may be different next time. */
const MAY_PASS = new Set([408, 409, 421, 425, 429])

export function makePostJson(url: string, post: SendPost): PostJson {
  return async (headers, body, ended) => {
    const all = { ...headers, 'content-type': 'application/json' }
    const answer = await post({ url, headers: all, body: Buffer.from(body) }, ended)
    if (!answer.ok) return { kind: 'failed', cause: answer.error }
    const { status, retryAfterMs } = answer.value
    if (status >= 200 && status < 300) return { kind: 'taken' }
    if (status >= 400 && status < 500 && !MAY_PASS.has(status)) return { kind: 'refused', status }
    const moved = status >= 300 && status < 400 ? ', and redirects are not followed' : ''
    return { kind: 'failed', cause: `the answer is ${status}${moved}`, retryAfterMs }
  }
}
