import { urlInTurn } from '../nodes/turns.ts'

/** A person who has a token and a session, and asks by plain HTTP. */
export interface HttpClient {
  /** Of its URLs: with several nodes that of the one where it stays. */
  readonly base: string
  readonly userId: string
  readonly token: string
  readonly sessionToken: string
  readonly headers: Readonly<Record<string, string>>
  get(path: string): Promise<HttpAnswer>
  post(path: string, body?: object): Promise<HttpAnswer>
  /** What has come after that number: at once, or when something comes. */
  events(after: number, waitSecs?: number): Promise<PolledEvents>
  /** The first events after that number, whatever news come before. */
  nextEvents(after: number): Promise<PolledEvents['events']>
}

export interface HttpAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Headers
}

interface PolledEvents {
  readonly events: readonly Readonly<Record<string, unknown>>[]
  readonly news: readonly Readonly<Record<string, unknown>>[]
  readonly last: number
}

const JSON_TYPE = { 'content-type': 'application/json' }

export async function httpAsk(
  url: string,
  method: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  const answer = await fetch(url, {
    method,
    headers: body === undefined ? headers : { ...JSON_TYPE, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: anObject(await answer.json()), headers: answer.headers }
}

/** Registers, logs in and opens a session. */
export async function httpClient(
  server: string,
  username: string,
  capabilities?: readonly string[],
): Promise<HttpClient> {
  // Who asks by plain HTTP stays at one node.
  const base = urlInTurn(server)
  const credentials = { username, password: `password of ${username}` }
  await httpAsk(`${base}/api/users/register`, 'POST', credentials)
  const login = await httpAsk(`${base}/auth/login`, 'POST', credentials)
  const token = String(login.body['token'])
  const bearer = { authorization: `Bearer ${token}` }
  const opened = await httpAsk(`${base}/api/session`, 'POST', { capabilities }, bearer)
  if (opened.status !== 201) throw new Error(`no session: ${JSON.stringify(opened.body)}`)
  const sessionToken = String(opened.body['session_token'])
  const headers = { ...bearer, session: sessionToken }
  const client: HttpClient = {
    base,
    userId: String(login.body['user_id']),
    token,
    sessionToken,
    headers,
    get: (path) => httpAsk(`${base}${path}`, 'GET', undefined, headers),
    post: (path, body) => httpAsk(`${base}${path}`, 'POST', body, headers),
    async events(after, waitSecs = 25) {
      const { status, body } = await httpAsk(
        `${base}/api/events?after=${after}&wait_secs=${waitSecs}`,
        'GET',
        undefined,
        headers,
      )
      if (status !== 200) throw new Error(JSON.stringify(body))
      return { events: list(body['events']), news: list(body['news']), last: Number(body['last']) }
    },
    async nextEvents(after) {
      for (;;) {
        const { events } = await client.events(after)
        if (events.length > 0) return events
      }
    },
  }
  return client
}

function list(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(anObject) : []
}

function anObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
