import type { TokenHashes } from '../../../application/ports/session-journal.ts'
import type { SharedState } from '../../../application/ports/shared-state.ts'
import type { Clock } from '../../../application/ports/system/clock.ts'
import type { Pause } from '../../../application/ports/system/pause.ts'
import type { Tx } from '../../../application/ports/transaction.ts'
import { parseSessionId, type SessionId } from '../../../domain/ids.ts'
import { err, ok } from '../../../domain/result.ts'
import type { Registry } from '../../registry.ts'
import type { MakeResumption } from '../../resumption/make-resumption.ts'
import type { FindSession } from '../../resumption/resume.ts'
import type { Found, TokenFault, TokenTable } from '../../resumption/token-table.ts'
import { readEntry } from './entry.ts'
import type { Replica } from '../copy/replica.ts'

interface Deps {
  readonly state: Pick<SharedState, 'findToken' | 'box' | 'nowMs'>
  readonly replica: Pick<Replica, 'changed' | 'homeOf'>
  readonly registry: Registry
  readonly tokens: TokenTable
  readonly makeResumption: MakeResumption
  readonly comers: Comers
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly pause: Pause
  /** Aborted when the daemon stops. */
  readonly ended: AbortSignal
}

/** With what a session is to go on here, by the transaction that decides on it: its commit needs to know. */
export type Comers = WeakMap<Tx, { readonly found: Found; readonly lastSeq: number }>

const FAULTS: ReadonlySet<string> = new Set<TokenFault>(['unknown', 'expired', 'replaced'])

/** How often is looked again where this node has not heard yet of what the token says, and how long it waits for that. */
const TRIES = 20
const LONGEST_WAIT_MS = 100

/** A session by its token, wherever it is: what it needs to go on is fetched where another node has it. */
export function makeFindSharedSession(deps: Deps): FindSession {
  const { state, replica, registry, tokens, makeResumption, comers, clock, pause, ended } = deps
  return async (tx, token, said) => {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const changed = replica.changed()
      const found = await find(tx, token, said)
      if (found !== 'behind') {
        if (found.ok) comers.set(tx, { found: found.value, lastSeq: said.lastSeq })
        return found
      }
      await Promise.race([changed, pause(LONGEST_WAIT_MS, ended)])
    }
    return err('behind')
  }

  /**
   * It has gone on by the same token, elsewhere or on another connection, after this was asked for: who asked has given up
   * waiting since then. Else it asks again.
   */
  function isSuperseded(id: SessionId, hash: string, { current }: TokenHashes, since: number): boolean {
    // `since` is of this machine's clock, and when a client has come of the one that all nodes share.
    const sharedSince = state.nowMs() - (clock.monotonicMs() - since)
    return hash !== current && sharedSince < (replica.homeOf(id)?.came ?? 0)
  }

  /** `behind`: a client is turned away for good by what holds, not by what this node has not heard of. */
  async function find(
    tx: Tx,
    token: string,
    { lastSeq, since }: Parameters<FindSession>[2],
  ): Promise<Awaited<ReturnType<FindSession>> | 'behind'> {
    const before = tokens.find(token)
    // Its version is read first: if it goes on anywhere from here on, this comes too late.
    if (before.ok) await tx.sessions.find(before.value.session.id)
    const here = tokens.find(token)
    if (here.ok !== before.ok) return 'behind'
    if (here.ok) {
      const { session, resumption, hash } = here.value
      if (isSuperseded(session.id, hash, resumption.tokens, since)) return err('behind')
    }
    if (here.ok && lastSeq < here.value.resumption.outbox.nextSeq) return here
    const hash = tokens.hashOf(token)
    const led = await state.findToken(hash)
    if (led === undefined) return here
    if ('spent' in led) return err(isFault(led.spent) ? led.spent : 'unknown')
    const id = parseSessionId(led.session)
    const session = id === undefined ? undefined : registry.get(id)
    if (session === undefined || (await tx.sessions.find(session.id)) === undefined) return 'behind'
    const box = await state.box(session.id)
    if (box === undefined) return 'behind'
    const { resumption: known } = session
    // Its client may have what another node has sent it meanwhile.
    if (known !== undefined) return here.ok && box.tokens.current === known.tokens.current ? here : 'behind'
    if (isSuperseded(session.id, hash, box.tokens, since)) return err('behind')
    const { user, device, capabilities, watching } = session
    const { received, firstSeq, entries, unsentFrom = Infinity } = box
    const resumption = makeResumption({
      ...{ id: session.id, user, device, capabilities },
      left: { received, firstSeq, tokens: box.tokens, watching },
    })
    for (const [index, entry] of entries.entries())
      resumption.owe(readEntry(entry), firstSeq + index < unsentFrom)
    return ok({ session, resumption, hash })
  }
}

function isFault(word: string): word is TokenFault {
  return FAULTS.has(word)
}
