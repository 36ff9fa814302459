import type { SharedBan } from '../../../application/ports/shared-limits.ts'
import type { Committed } from '../../../application/ports/shared-state.ts'
import { decodeBan } from './ban.ts'
import { asList, asNumber, asText, asTexts, type Reply, UnexpectedReply } from './reply.ts'
import { decodeStory } from './story.ts'

export type InboxEntry =
  | { readonly kind: 'committed'; readonly commit: Committed; readonly story: string }
  /** Session, entry, session, entry, … `epoch`, `batch`: of the node that has posted them. */
  | {
      readonly kind: 'posted'
      readonly epoch: string
      readonly batch: number
      readonly pairs: readonly string[]
    }
  | { readonly kind: 'nodes'; readonly live: readonly string[] }
  | { readonly kind: 'banned'; readonly ban: SharedBan }
  | { readonly kind: 'begin' }

export interface Received {
  readonly id: string
  /** As `pending` counts them: see `scripts/telling-nodes.ts`. */
  readonly bytes: number
  readonly entry: InboxEntry
}

/** What XREAD answers for one stream; null: nothing came. */
export function receivedEntries(reply: Reply): readonly Received[] {
  if (reply === null) return []
  const [stream] = asList(reply)
  const [, entries] = asList(stream)
  return asList(entries).map(decodeEntry)
}

function decodeEntry(reply: Reply): Received {
  const [id, fields] = asList(reply)
  const [kind, first, ...rest] = asTexts(fields)
  return { id: asText(id), ...decodeFields(kind, first, rest) }
}

function decodeFields(kind: string | undefined, first: string | undefined, rest: readonly string[]) {
  switch (kind) {
    case 'c': {
      const [bytes, story = ''] = rest
      return {
        bytes: asNumber(bytes),
        entry: { kind: 'committed', commit: decodeStory(asNumber(first), story), story },
      } as const
    }
    case 'p': {
      const [epoch = '', batch, ...pairs] = rest
      return {
        bytes: asNumber(first),
        entry: { kind: 'posted', epoch, batch: asNumber(batch), pairs },
      } as const
    }
    case 'n':
      return { bytes: 0, entry: { kind: 'nodes', live: first?.split('\n').toSorted() ?? [] } } as const
    case 'b': {
      const [address = '', ban = ''] = rest
      return { bytes: asNumber(first), entry: { kind: 'banned', ban: decodeBan(address, ban) } } as const
    }
    case 'j':
      return { bytes: 0, entry: { kind: 'begin' } } as const
    case undefined:
    default:
      throw new UnexpectedReply(kind)
  }
}
