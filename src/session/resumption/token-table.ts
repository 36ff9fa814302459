import type { SessionTokens } from '../../application/ports/session-tokens.ts'
import type { SessionId } from '../../domain/ids.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Session } from '../session.ts'
import type { Resumption } from './resumption.ts'

type Resumable = Session & { readonly resumption: Resumption }

/** A session, what it needs to go on, and the hash of the token that led to it. */
export interface Found {
  readonly session: Session
  readonly resumption: Resumption
  readonly hash: string
}

export type TokenFault = 'unknown' | 'expired' | 'replaced'

/** Tokens that are good no more and of which a client is told why; the oldest are forgotten. */
const MAX_SPENT = 10_000

/** From a token to its session. Only hashes are kept. */
export class TokenTable {
  readonly #source: SessionTokens
  readonly #sessions = new Map<string, Resumable>()
  readonly #spent = new Map<string, TokenFault>()
  /** Made before their sessions are told of them. */
  readonly #prepared = new Map<SessionId, string>()

  constructor(source: SessionTokens) {
    this.#source = source
  }

  find(token: string): Result<Found, TokenFault> {
    const hash = this.#source.hash(token)
    const session = this.#sessions.get(hash)
    return session === undefined
      ? err(this.#spent.get(hash) ?? 'unknown')
      : ok({ session, resumption: session.resumption, hash })
  }

  hashOf(token: string): string {
    return this.#source.hash(token)
  }

  create(): { readonly token: string; readonly hash: string } {
    const token = this.#source.create()
    return { token, hash: this.#source.hash(token) }
  }

  /** What the session's next `renew` is to give, because its hash is kept already. */
  prepare(session: SessionId, token: string): void {
    this.#prepared.set(session, token)
  }

  /** A new token for the session. The one that it had stays good until `confirm`: the answer may get lost. */
  renew(session: Session): string | undefined {
    if (!isResumable(session)) return undefined
    const token = this.#prepared.get(session.id) ?? this.#source.create()
    this.#prepared.delete(session.id)
    const { current, previous } = session.resumption.tokens
    this.#spend(previous, 'replaced')
    session.resumption.tokens = { current: this.#source.hash(token), previous: current }
    this.adopt(session)
    return token
  }

  /** The client came with this token: it does not know, or does not use any more, the other one. */
  use({ resumption, hash }: Found): void {
    const { current, previous } = resumption.tokens
    this.#spend(hash === current ? previous : current, 'replaced')
    resumption.tokens = { current: hash, previous: undefined }
  }

  /** The client has got the current token. */
  confirm(session: Session): void {
    if (session.resumption?.tokens.previous === undefined) return
    const { current, previous } = session.resumption.tokens
    this.#spend(previous, 'replaced')
    session.resumption.tokens = { current, previous: undefined }
  }

  /** Lets the session be found by the tokens that it has. */
  adopt(session: Session): void {
    if (!isResumable(session)) return
    const { current, previous } = session.resumption.tokens
    for (const hash of [current, previous]) if (hash !== undefined) this.#sessions.set(hash, session)
  }

  /** Another node has the session now: there its tokens lead to it. */
  forget({ resumption }: Session): void {
    const { current, previous } = resumption?.tokens ?? {}
    for (const hash of [current, previous]) if (hash !== undefined) this.#sessions.delete(hash)
  }

  end({ resumption }: Session, why: TokenFault): void {
    this.#spend(resumption?.tokens.current, why)
    this.#spend(resumption?.tokens.previous, why)
  }

  #spend(hash: string | undefined, why: TokenFault): void {
    if (hash === undefined) return
    this.#sessions.delete(hash)
    if (why === 'unknown') return
    this.#spent.set(hash, why)
    for (const oldest of this.#spent.keys()) {
      if (this.#spent.size <= MAX_SPENT) break
      this.#spent.delete(oldest)
    }
  }
}

function isResumable(session: Session): session is Resumable {
  return session.resumption !== undefined
}
