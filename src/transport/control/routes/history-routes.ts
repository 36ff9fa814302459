import { z } from 'zod'
import type { PastCall } from '../../../application/history/history-effect.ts'
import type { UserStore } from '../../../application/ports/user-store.ts'
import { RefusalReason } from '../../../domain/refusal.ts'
import { namedFigures } from '../../../domain/call-quality.ts'
import type { CallRecord } from '../../../domain/call-record.ts'
import { otherRole, type PartyRole } from '../../../domain/call.ts'
import { ok } from '../../../domain/result.ts'
import type { Administration } from '../../../session/administration.ts'
import type { HistoryAnswer } from '../answers.ts'
import { limit } from '../limit.ts'
import { refuse } from '../refuse.ts'
import { route, type Route } from '../route.ts'

interface Deps {
  readonly administration: Pick<Administration, 'history'>
  readonly users: Pick<UserStore, 'findByName'>
}

const MAX_NAME_LENGTH = 1024

type Quality = NonNullable<HistoryAnswer['calls'][number]['quality']['own']>

export function historyRoutes({ administration, users }: Deps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/history',
      input: z.strictObject({
        username: z.string().max(MAX_NAME_LENGTH),
        missed: z.enum(['true', 'false']).default('false'),
        limit,
      }),
      async run({ username, missed, limit: most }) {
        const account = await users.findByName(username)
        if (account === undefined) return refuse({ reason: RefusalReason.userNotFound })
        const query = { missed: missed === 'true', limit: most }
        const { calls, unseen } = await administration.history(account.id, query)
        return { answer: ok({ calls: calls.map(present), unseen } satisfies HistoryAnswer) }
      },
    }),
  ]
}

function present({ record, role, outcome, seen, peer }: PastCall): HistoryAnswer['calls'][number] {
  return {
    call: record.id,
    direction: role === 'caller' ? 'outgoing' : 'incoming',
    peer: peer.username === '' ? null : peer.username,
    peer_user_id: peer.id,
    outcome,
    reason: record.reason,
    started_at: new Date(record.startedAt).toISOString(),
    seconds: Math.round(record.durationMs / 1000),
    seen,
    quality: {
      own: qualityOf(record, role),
      peer: qualityOf(record, otherRole(role)),
    },
  }
}

function qualityOf({ quality }: CallRecord, role: PartyRole): Quality | null {
  const told = quality?.[role]
  return told === undefined ? null : namedFigures(told)
}
