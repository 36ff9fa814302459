import type { SharedState } from '../../application/ports/shared-state.ts'
import { parseSessionId, type SessionId } from '../../domain/ids.ts'
import { err, ok } from '../../domain/result.ts'
import type { Registry } from '../registry.ts'
import type { MakeResumption } from '../resumption/make-resumption.ts'
import type { FindSession } from '../resumption/resume.ts'
import type { Found, TokenFault, TokenTable } from '../resumption/token-table.ts'
import { readEntry } from './entry.ts'

interface Deps {
  readonly state: Pick<SharedState, 'findToken' | 'box'>
  readonly registry: Registry
  readonly tokens: TokenTable
  readonly makeResumption: MakeResumption
  readonly comers: Comers
}

/** The sessions that are about to go on here, each with what it goes on with: their commits need to know. */
export type Comers = Map<SessionId, { readonly found: Found; readonly lastSeq: number }>

const FAULTS: ReadonlySet<string> = new Set<TokenFault>(['unknown', 'expired', 'replaced'])

/** A session by its token, wherever it is: what it needs to go on is fetched where another node has it. */
export function makeFindSharedSession(deps: Deps): FindSession {
  const { state, registry, tokens, makeResumption, comers } = deps
  return async (token, lastSeq) => {
    const here = tokens.find(token)
    if (here.ok) {
      comers.set(here.value.session.id, { found: here.value, lastSeq })
      return here
    }
    const hash = tokens.hashOf(token)
    const led = await state.findToken(hash)
    if (led === undefined) return here
    if ('spent' in led) return err(isFault(led.spent) ? led.spent : 'unknown')
    const id = parseSessionId(led.session)
    const session = id === undefined ? undefined : registry.get(id)
    const box = id === undefined ? undefined : await state.box(id)
    // This node is behind, or it has just ended.
    if (session === undefined || box === undefined) return err('unknown')
    if (session.resumption !== undefined) return err('unknown')
    const { user, device, capabilities, watching } = session
    const { received, firstSeq, entries, unsentFrom = Infinity } = box
    const resumption = makeResumption({
      ...{ id: session.id, user, device, capabilities },
      left: { received, firstSeq, tokens: box.tokens, watching },
    })
    for (const [index, entry] of entries.entries())
      resumption.owe(readEntry(entry), firstSeq + index < unsentFrom)
    const value = { session, resumption, hash }
    comers.set(session.id, { found: value, lastSeq })
    return ok(value)
  }
}

function isFault(word: string): word is TokenFault {
  return FAULTS.has(word)
}
