import { z } from 'zod'
import type { Invite, Invites } from '../../../application/ports/invites.ts'
import type { Clock } from '../../../application/ports/system/clock.ts'
import { ok } from '../../../domain/result.ts'
import type { InviteAnswer } from '../answers.ts'
import { deny, type Reply, route, type Route } from '../route.ts'

interface Deps {
  readonly invites: Invites
  readonly clock: Clock
}

const MAX_USES = 100_000
const MAX_NOTE = 200
const TEN_YEARS_MS = 10 * 366 * 24 * 3_600_000

/** The codes by which people register, where `security.registration` is `invite`. */
export function inviteRoutes({ invites, clock }: Deps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/invites',
      input: z.strictObject({}),
      async run() {
        const list = await invites.list()
        return list === 'storage_unavailable' ? notSaved : { answer: ok({ invites: list.map(present) }) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/invites/create',
      action: 'invites create',
      input: z.strictObject({
        uses: z.int().min(1).max(MAX_USES).default(1),
        expires_in_ms: z.int().min(1).max(TEN_YEARS_MS).optional(),
        note: z.string().max(MAX_NOTE).default(''),
      }),
      about: ({ uses, expires_in_ms }) => ({ uses, expires_in_ms }),
      async run({ uses, expires_in_ms, note }) {
        const now = clock.wallMs()
        const expiresAt = expires_in_ms === undefined ? undefined : now + expires_in_ms
        const made = await invites.create({ uses, expiresAt, note, now })
        if (made === 'too_many_invites')
          return deny(409, made, 'there are 1000 codes that are still good; revoke some')
        if (made === 'storage_unavailable') return notSaved
        return { answer: ok({ code: made.code, ...present(made.invite) }) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/invites/revoke',
      action: 'invites revoke',
      input: z.strictObject({ id: z.string().max(MAX_NOTE) }),
      about: ({ id }) => ({ id }),
      async run({ id }) {
        const revoked = await invites.revoke(id)
        if (revoked === 'invite_not_found')
          return deny(404, revoked, 'there is no such code; "ctl invites list" shows the ids')
        return revoked === 'storage_unavailable' ? notSaved : { answer: ok({ id }) }
      },
    }),
  ]
}

const notSaved: Reply = deny(
  503,
  'storage_unavailable',
  'the codes cannot be read or saved; look at the disk of persistence.data_directory, or at the database',
)

function present({ id, note, createdAt, expiresAt, uses, used }: Invite): InviteAnswer {
  return { id, note, created_at: createdAt, expires_at: expiresAt ?? null, uses, used }
}
