/** What is asked by HTTP: accounts, tokens and files. */

/** Why something was refused: the server's word, or that it could not be reached. */
export interface Refusal {
  readonly reason: string
  readonly retryAfterMs: number | undefined
}

export type Asked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal }

export interface Credentials {
  readonly username: string
  readonly password: string
  /** The administrator's code, where one is needed to register. */
  readonly invite?: string
}

const TIMEOUT_MS = 15_000

/** Makes an account. */
export function register(server: URL, credentials: Credentials): Promise<Asked<undefined>> {
  return ask(new URL('api/users/register', server), credentials, () => undefined)
}

/** A token for somebody without an account; the name is free again when the session ends. */
export function enterAsGuest(server: URL, username: string): Promise<Asked<string>> {
  return ask(new URL('api/users/register', server), { username }, tokenOf)
}

/** A token for whoever knows the password. */
export function takeToken(server: URL, { username, password }: Credentials): Promise<Asked<string>> {
  return ask(new URL('auth/login', server), { username, password }, tokenOf)
}

/** Asks for something that a token gives a right to. */
export function lookUp<Value>(url: URL, token: string, read: (body: Body) => Value): Promise<Asked<Value>> {
  return askBy(url, { headers: { Authorization: `Bearer ${token}` } }, read)
}

type Body = Readonly<Record<string, unknown>>

function tokenOf(body: Body): string {
  if (typeof body['token'] !== 'string') throw new Error('The answer has no token')
  return body['token']
}

function ask<Value>(url: URL, body: object, read: (body: Body) => Value): Promise<Asked<Value>> {
  const headers = { 'Content-Type': 'application/json' }
  return askBy(url, { method: 'POST', headers, body: JSON.stringify(body) }, read)
}

async function askBy<Value>(
  url: URL,
  request: RequestInit,
  read: (body: Body) => Value,
): Promise<Asked<Value>> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const answer = await fetch(url, { ...request, credentials: 'omit', signal })
    const json = anObject(await answer.json())
    return answer.ok ? { ok: true, value: read(json) } : { ok: false, refusal: refusalOf(json) }
  } catch {
    return { ok: false, refusal: { reason: 'unreachable', retryAfterMs: undefined } }
  }
}

function refusalOf(body: Body): Refusal {
  const { error, retry_after_ms: later } = body
  return {
    reason: typeof error === 'string' ? error : 'internal',
    retryAfterMs: typeof later === 'number' ? later : undefined,
  }
}

function anObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
