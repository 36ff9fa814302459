import { z } from 'zod'
import type { PartyRole } from '../../domain/call.ts'
import { type CallId, parseCallId, parseUserId, type UserId } from '../../domain/ids.ts'
import { EndReason } from '../../domain/call-table.ts'
import { idBy } from '../system/id-schema.ts'
import type { Remembered } from './kept-histories.ts'

/**
 * A line of the file is one of these as JSON. A call stands in the place of an earlier one with the same id. Whose history it
 * is in has a field `seen` there.
 */
export type HistoryLine =
  | ({ readonly kind: 'call' } & Remembered)
  /** There was no room for it any more in the history of that party. */
  | { readonly kind: 'drop'; readonly call: CallId; readonly role: PartyRole }
  | { readonly kind: 'forget'; readonly user: UserId }

const party = z.object({ id: idBy(parseUserId) })
const quality = z.object({
  rttMs: z.number().optional(),
  jitterMs: z.number().optional(),
  lossPercent: z.number().optional(),
  bitrateKbps: z.number().optional(),
  score: z.number().optional(),
  relayed: z.boolean().optional(),
})
const instant = z.int().min(0)

const line = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('call'),
    record: z.object({
      id: idBy(parseCallId),
      caller: party,
      callee: party,
      startedAt: instant,
      answeredAt: instant.optional(),
      endedAt: instant,
      durationMs: instant,
      reason: z.enum([...Object.values(EndReason), 'user_unavailable']),
      endedBy: z.enum(['caller', 'callee', 'server']),
      quality: z.object({ caller: quality.optional(), callee: quality.optional() }).optional(),
    }),
    seen: z.object({ caller: z.boolean().optional(), callee: z.boolean().optional() }),
  }),
  z.object({ kind: z.literal('drop'), call: idBy(parseCallId), role: z.enum(['caller', 'callee']) }),
  z.object({ kind: z.literal('forget'), user: idBy(parseUserId) }),
])

export function writeHistoryLine(entry: HistoryLine): string {
  return `${JSON.stringify(entry)}\n`
}

/** Undefined for what is no line of ours: cut off, damaged, or of another version. */
export function readHistoryLine(text: string): HistoryLine | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
