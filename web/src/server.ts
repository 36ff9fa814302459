/** What is asked by HTTP before there is a connection: accounts and tokens. */

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

function tokenOf(body: Readonly<Record<string, unknown>>): string {
  if (typeof body['token'] !== 'string') throw new Error('The answer has no token')
  return body['token']
}

async function ask<Value>(
  url: URL,
  body: object,
  read: (body: Readonly<Record<string, unknown>>) => Value,
): Promise<Asked<Value>> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      credentials: 'omit',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const json = anObject(await answer.json())
    return answer.ok ? { ok: true, value: read(json) } : { ok: false, refusal: refusalOf(json) }
  } catch {
    return { ok: false, refusal: { reason: 'unreachable', retryAfterMs: undefined } }
  }
}

function refusalOf(body: Readonly<Record<string, unknown>>): Refusal {
  const { error, retry_after_ms: later } = body
  return {
    reason: typeof error === 'string' ? error : 'internal',
    retryAfterMs: typeof later === 'number' ? later : undefined,
  }
}

function anObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
