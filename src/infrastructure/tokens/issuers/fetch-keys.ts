import { get as getHttp, type IncomingMessage } from 'node:http'
import { get as getHttps } from 'node:https'
import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { err, ok, type Result } from '../../../domain/result.ts'

/** For everything together: name, connection, TLS, answer. */
const DEADLINE_MS = 3000

const MAX_BYTES = 262_144
const MAX_KEYS = 100

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(MAX_KEYS) })

/** An issuer's JWK Set, or why there is none; never throws. */
export type FetchKeys = (url: string, deadlineMs?: number) => Promise<Result<JSONWebKeySet, string>>

/** Follows no redirect: whoever answers for the configured address must have the keys. */
export const fetchKeys: FetchKeys = async (url, deadlineMs = DEADLINE_MS) => {
  const signal = AbortSignal.timeout(deadlineMs)
  try {
    const response = await begin(url, signal)
    const { statusCode = 0 } = response
    if (statusCode !== 200) {
      response.destroy()
      const moved = statusCode >= 300 && statusCode < 400
      return err(`the answer is ${statusCode}${moved ? ', and redirects are not followed' : ''}`)
    }
    const text = await readText(response)
    if (text === undefined) return err(`the answer is longer than ${MAX_BYTES} bytes`)
    return ok(keySet.parse(JSON.parse(text)))
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) return err('the answer is no JWK Set')
    if (signal.aborted) return err(`there was no whole answer within ${deadlineMs} ms`)
    return err(error instanceof Error ? error.message : String(error))
  }
}

function begin(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  const get = new URL(url).protocol === 'https:' ? getHttps : getHttp
  return new Promise((resolve, reject) => {
    get(url, { agent: false, signal, headers: { accept: 'application/json' } }, resolve).on('error', reject)
  })
}

/** Undefined where it is too long: the rest is not read. */
async function readText(response: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) throw new Error('an answer without encoding is bytes')
    length += chunk.length
    if (length > MAX_BYTES) {
      response.destroy()
      return undefined
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
