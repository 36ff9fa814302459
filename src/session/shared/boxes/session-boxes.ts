import type { Effect } from '../../../application/effect.ts'
import type { BoxUpdate } from '../../../application/ports/shared-state.ts'
import type { Tx } from '../../../application/ports/transaction.ts'
import type { SessionId } from '../../../domain/ids.ts'
import { TOKEN_FAULT } from '../../lifecycle.ts'
import type { TokenTable } from '../../resumption/token-table.ts'
import { writeEntry } from './entry.ts'
import type { Comers } from './find-shared-session.ts'
import type { Mail } from './mail.ts'

interface Deps {
  readonly tokens: TokenTable
  readonly comers: Comers
  readonly mail: Pick<Mail, 'nextOf'>
}

/** How the beginnings, the returns and the ends of sessions go into their boxes, with one commit. */
export interface SessionBoxes {
  opened(session: SessionId): BoxUpdate
  attached(session: SessionId): BoxUpdate
  ended(effect: Extract<Effect, { kind: 'session-ended' }>): BoxUpdate
  /** The commit is made: the clients are to be told of the tokens whose hashes it has. */
  committed(): void
}

export function makeSessionBoxes(tx: Tx, { tokens, comers, mail }: Deps): SessionBoxes {
  const created = new Map<SessionId, string>()
  return {
    opened: (session) => ({
      kind: 'open',
      session,
      tokens: { current: hashOfNew(session), previous: undefined },
    }),

    attached(session) {
      const comer = comers.get(tx)
      if (comer === undefined) throw new Error('nobody comes to a session without its token')
      const { found, lastSeq } = comer
      const { outbox, number, received } = found.resumption
      const isElsewhere = found.session.elsewhere !== undefined
      const missed = outbox.messages.filter(({ seq }) => seq > lastSeq)
      return {
        kind: 'attach',
        session,
        tokens: { current: hashOfNew(session), previous: found.hash },
        expectedNext: mail.nextOf(number),
        expectedReceived: isElsewhere ? received : undefined,
        firstSeq: missed[0]?.seq ?? outbox.nextSeq,
        entries: missed.map((owed) => writeEntry(owed)),
      }
    },

    ended: ({ session, cause }) => ({ kind: 'end', session, why: TOKEN_FAULT[cause] }),

    committed() {
      for (const [session, token] of created) tokens.prepare(session, token)
    },
  }

  function hashOfNew(session: SessionId): string {
    const { token, hash } = tokens.create()
    created.set(session, token)
    return hash
  }
}
