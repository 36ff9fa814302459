import { createHash } from 'node:crypto'
import { err, ok, type Result } from '../../../domain/result.ts'
import { capabilities } from '../../../protocol/capabilities.ts'
import type { EndpointContext } from '../../../session/conversation/endpoint.ts'
import type { Session } from '../../../session/session.ts'
import type { Reception } from '../../admission/reception.ts'
import type { HttpRefusal } from '../answers.ts'
import { isFinal } from './last-word.ts'
import { Mailbox } from './mailbox.ts'
import { refusalOf } from './refusal-of.ts'

interface Deps {
  readonly endpoint: EndpointContext
  readonly reception: Reception
  readonly gate: { release(): void }
  /** Undefined where all answers to the session have been given; else it resolves once they have. */
  readonly answersTo: (session: Session) => Promise<void> | undefined
  /** From which number on messages are kept for the session that the token leads to; undefined where nobody can say now. */
  readonly owedFrom: (sessionToken: string) => Promise<number | undefined>
  /** A client that has not asked for so long is away, as if its connection had broken. */
  readonly idleMs: number
  /** How long a session waits for its client then. */
  readonly windowMs: number
}

/** A session over HTTP. */
export interface HttpSession {
  mailbox: Mailbox
  /** Good now. The client may know an earlier one only, from before the session was taken up again. */
  sessionToken: string
}

type Found = Result<HttpSession, HttpRefusal>

const NOT_NOW: HttpRefusal = { reason: 'storage_unavailable', retryAfterMs: 1000 }

/** All sessions over HTTP, by every token that their clients may know. Who was away and asks is taken up again. */
export class Mailboxes {
  readonly #deps: Deps
  readonly #sessions = new Map<string, HttpSession>()
  /** By the token that is good now: whatever the client asks by, its session is taken up again once. */
  readonly #resuming = new Map<string, Promise<Found>>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** For one request that needs a connection and no session, as a registration: a mailbox that leaves after it. */
  async forErrand<T>(
    address: string,
    errand: (mailbox: Mailbox) => Promise<T>,
  ): Promise<Result<T, HttpRefusal>> {
    const mailbox = this.#enter(address)
    if (!mailbox.ok) return mailbox
    try {
      return ok(await errand(mailbox.value))
    } finally {
      mailbox.value.leave()
    }
  }

  /** Logs in by an access token. `wanted`: what the client can, all of it where it does not say. */
  async open(address: string, token: string, wanted: readonly string[] | undefined): Promise<Found> {
    const entered = this.#enter(address)
    if (!entered.ok) return entered
    const mailbox = entered.value
    await sayHello(mailbox, wanted)
    const [answer] = await mailbox.introduce('LOGIN_REQUEST', { token })
    const sessionToken = answer?.['session_token']
    if (typeof sessionToken !== 'string') return dismiss(mailbox, refusalOf(answer))
    return ok(this.#keep({ mailbox, sessionToken }, [sessionToken]))
  }

  /** The session that the client's token leads to: as it is, or taken up again. */
  find(address: string, sessionToken: string): Promise<Found> {
    const session = this.#sessions.get(hash(sessionToken))
    if (session?.mailbox.isOver === false) {
      session.mailbox.touch()
      return Promise.resolve(ok(session))
    }
    const lastWord = session?.mailbox.lastWord
    if (lastWord !== undefined && isFinal(lastWord)) return Promise.resolve(err(lastWord))
    const key = hash(session?.sessionToken ?? sessionToken)
    const resuming =
      this.#resuming.get(key) ??
      this.#resume(address, sessionToken, session).finally(() => this.#resuming.delete(key))
    this.#resuming.set(key, resuming)
    return resuming
  }

  /** Its client has logged out. */
  close({ mailbox }: HttpSession): void {
    mailbox.leave()
    for (const [key, session] of this.#sessions) if (session.mailbox === mailbox) this.#sessions.delete(key)
  }

  /** `now` in monotonic milliseconds. */
  tick(now: number): void {
    const { idleMs, windowMs } = this.#deps
    for (const [key, { mailbox }] of this.#sessions) {
      const idle = mailbox.idleMs(now)
      if (!mailbox.isOver && idle >= idleMs) mailbox.leave()
      if (mailbox.isOver && idle >= idleMs + windowMs) this.#sessions.delete(key)
    }
  }

  async #resume(address: string, known: string, session: HttpSession | undefined): Promise<Found> {
    const entered = this.#enter(address)
    if (!entered.ok) return entered
    const mailbox = entered.value
    const session_token = session?.sessionToken ?? known
    await sayHello(mailbox, undefined)
    const owedFrom = await this.#deps.owedFrom(session_token)
    if (owedFrom === undefined) return dismiss(mailbox, NOT_NOW)
    const [answer] = await mailbox.introduce('RESUME', { session_token, last_seq: owedFrom - 1 })
    const renewed = answer?.['session_token']
    if (typeof renewed !== 'string') return dismiss(mailbox, refusalOf(answer))
    return ok(this.#keep(Object.assign(session ?? {}, { mailbox, sessionToken: renewed }), [known, renewed]))
  }

  #keep(session: HttpSession, tokens: readonly string[]): HttpSession {
    session.mailbox.announce()
    for (const token of tokens) this.#sessions.set(hash(token), session)
    return session
  }

  #enter(address: string): Result<Mailbox, HttpRefusal> {
    const { reception, endpoint, gate, answersTo } = this.#deps
    let mailbox: Mailbox | undefined
    const refusal = reception.admit(address, (id) => {
      mailbox = new Mailbox(id, address, { endpoint, reception, gate, answersTo })
      return mailbox
    })
    if (mailbox !== undefined) return ok(mailbox)
    return err(refusal ?? { reason: 'internal' })
  }
}

/** Everything hangs on `resume` here: without it nothing would wait for a client that asks from time to time. */
async function sayHello(
  mailbox: Mailbox,
  wanted: readonly string[] = Object.keys(capabilities),
): Promise<void> {
  const agreed = [...new Set([...wanted, 'resume'])]
  await mailbox.introduce('HELLO', { protocol: 1, client: 'http', capabilities: agreed })
}

function dismiss(mailbox: Mailbox, refusal: HttpRefusal): Found {
  const lastWord = mailbox.lastWord
  mailbox.leave()
  return err(lastWord ?? refusal)
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
