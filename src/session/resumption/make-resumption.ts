import type { CommitLog, Device, TokenHashes } from '../../application/ports/session-journal.ts'
import type { Guests } from '../../application/ports/guests.ts'
import type { SessionId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import type { Watching } from '../../domain/watching.ts'
import type { Capability } from '../../protocol/capabilities.ts'
import { Outbox, type OutboxLimits } from './outbox.ts'
import type { OutboxBudget } from './outbox-budget.ts'
import { Resumption } from './resumption.ts'

interface Deps {
  readonly limits: OutboxLimits
  readonly budget: OutboxBudget
  readonly log: CommitLog | undefined
  /** Of guests nothing is kept beyond the process. */
  readonly guests: Guests | undefined
}

interface Beginning {
  readonly id: SessionId
  readonly user: User
  readonly device: Device
  readonly capabilities: ReadonlySet<Capability>
  /** As an earlier run of the daemon left it. */
  readonly left?: {
    readonly received: number
    readonly tokens: TokenHashes
    readonly firstSeq: number
    readonly watching: Watching | undefined
  }
}

export type MakeResumption = (beginning: Beginning) => Resumption

/** Gives each session that can be resumed a number of its own, and an empty outbox within the bounds of all. */
export function createMakeResumption({ limits, budget, guests, log: journal }: Deps): MakeResumption {
  let last = 0
  return ({ id, user, device, capabilities, left }) => {
    const number = ++last
    const log = guests?.isGuest(user.id) === true ? undefined : journal
    const { received = 0, tokens = {}, firstSeq = 1, watching } = left ?? {}
    log?.changed({
      kind: 'session',
      session: number,
      id,
      user,
      device,
      capabilities: [...capabilities],
      tokens,
      received,
      nextSeq: firstSeq,
      watching,
    })
    return new Resumption({ number, outbox: new Outbox(limits, budget, firstSeq), received, tokens, log })
  }
}
