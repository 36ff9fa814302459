import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { rootCertificates, TLSSocket } from 'node:tls'
import { z } from 'zod'
import { certificateFindings } from './check-certificate.ts'
import { clockFinding } from './check-clock.ts'
import { troubleOf } from './cures.ts'
import { fault, ok, type Tell } from './finding.ts'
import type { Settings } from './settings.ts'
import { nameOf, type Target } from './target.ts'
import { within } from './within.ts'

/** No answer of ours to these is longer. */
const MAX_BODY_BYTES = 65_536

interface Answer {
  readonly status: number
  readonly body: string
  /** Its clock and ours in the middle between question and answer. */
  readonly clocks: { readonly server: number; readonly here: number } | undefined
}

const health = z.object({ status: z.literal('ok'), version: z.string() })

/** Health, readiness, certificate and clock by plain HTTP. Gives whether a server of ours answered. */
export async function checkHttp(target: Target, settings: Settings, tell: Tell): Promise<boolean> {
  const scheme = target.scheme === 'https' ? 'https' : 'http'
  const name = nameOf(target)
  try {
    const { status, body, clocks } = await get(`${name}/health`, target, settings, (socket) => {
      if (target.scheme === 'https')
        for (const found of certificateFindings(socket, target, settings.now())) tell(found)
    })
    const answer = health.safeParse(parsed(body))
    if (status !== 200 || !answer.success) {
      const cure =
        'check the port: HTTP is on http.port (8081), and what stands in front of it must pass on /health'
      tell(fault(scheme, `${name}/health is answered ${status}, and not by this server`, cure))
      return false
    }
    tell(ok(scheme, `${name} answers: roomrtc-server/${answer.data.version}`))
    if (clocks !== undefined) tell(clockFinding('Date of HTTP', clocks.server - clocks.here, 1000))
    const ready = await get(`${name}/ready`, target, settings, () => undefined)
    tell(
      ready.status === 200
        ? ok('ready', `${name} takes connections and calls`)
        : fault(
            'ready',
            `${name} takes no new connections and calls (${ready.status})`,
            'it is draining or stopping: wait until it is back, or start it',
          ),
    )
    return true
  } catch (error) {
    const { message, cure } = troubleOf(error)
    tell(fault(scheme, `${name}: ${message}`, cure))
    return false
  }
}

async function get(
  url: string,
  { host }: Target,
  { timeoutMs: ms, ca, now }: Settings,
  secured: (socket: TLSSocket) => void,
): Promise<Answer> {
  const start = now()
  const options = {
    rejectUnauthorized: false,
    agent: false as const,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    ...(isIP(host) === 0 ? { servername: host } : {}),
  }
  const sent = url.startsWith('https:') ? httpsRequest(url, options) : httpRequest(url, { agent: false })
  sent.on('socket', (socket) => {
    if (socket instanceof TLSSocket)
      socket.once('secureConnect', () => {
        secured(socket)
      })
  })
  const answered = new Promise<Answer>((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', (response) => {
      const middle = (start + now()) / 2
      readBody(response).then((body) => {
        const date = Date.parse(response.headers.date ?? '')
        resolve({
          status: response.statusCode ?? 0,
          body,
          // It has whole seconds.
          clocks: Number.isNaN(date) ? undefined : { server: date + 500, here: middle },
        })
      }, reject)
    })
  })
  sent.end()
  return within(ms, 'an answer', answered, () => sent.destroy())
}

async function readBody(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += String(chunk)
    if (text.length > MAX_BODY_BYTES) throw new Error('the answer is too long')
  }
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
