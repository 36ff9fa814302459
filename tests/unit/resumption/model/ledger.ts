import type { Learned, Sent } from './view.ts'

/** How often what the schedules are about has happened. */
export class Tally {
  readonly #counts = new Map<string, number>()

  add(what: string): void {
    this.#counts.set(what, this.of(what) + 1)
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0
  }
}

/** An SDP_OFFER or ICE_CANDIDATE with a number of its own, and what became of it. */
export interface Signal {
  readonly n: number
  readonly call: unknown
  readonly to: unknown
  readonly by: ClientSession
  /** The server has got it. */
  taken: boolean
  refused: boolean
  /** The call was active before and after: there was no reason to refuse it. */
  due: boolean
}

/** What a client knows of one session of its own. */
export interface ClientSession {
  /** The highest `seq` of what it has handled. */
  handled: number
  readonly learned: Learned[]
  /** Messages of calls, whether they have arrived or not. */
  readonly sent: (Sent & { readonly signal?: Signal })[]
  readonly heard: { readonly call: unknown; readonly n: number }[]
}

export function newSession(): ClientSession {
  return { handled: 0, learned: [], sent: [], heard: [] }
}

/** What the server must think of a client, of the session that it opened for it last. */
export interface Truth {
  /** Whether the client's token is that session's, and otherwise why it is refused. */
  token: 'current' | 'unknown' | 'expired' | 'replaced'
  /** Its window is over. */
  expired: boolean
  /** More was missed than is kept. */
  overflowed: boolean
  /** The daemon has been restarted since the token became useless. */
  forgotten: boolean
  /** How many messages of calls it has taken. */
  taken: number
  /** Since when it is without a connection, as the world's clock shows. */
  lostAt: number | undefined
}

export const nothingKnown: Truth = {
  token: 'unknown',
  expired: false,
  overflowed: false,
  forgotten: false,
  taken: 0,
  lostAt: undefined,
}

/** Why a RESUME is refused; undefined where it is not. */
export function refusalOf({
  token,
  expired,
  forgotten,
}: Truth): 'unknown' | 'expired' | 'replaced' | undefined {
  if (token === 'current' && !expired) return undefined
  if (forgotten) return 'unknown'
  return token === 'current' ? 'expired' : token
}
