import { z } from 'zod'
import type { Messages } from '../../../application/ports/messages.ts'
import type { Clock } from '../../../application/ports/system/clock.ts'
import { parseMessageId } from '../../../domain/ids.ts'
import { RefusalReason } from '../../../domain/refusal.ts'
import { ok } from '../../../domain/result.ts'
import type { MessagesAnswer, PurgedAnswer } from '../answers.ts'
import { refuse } from '../refuse.ts'
import { deny, route, type Route } from '../route.ts'

interface Deps {
  /** Undefined where there are none. */
  readonly messages: Messages | undefined
  readonly clock: Pick<Clock, 'wallMs'>
}

const DAY_MS = 86_400_000

/** An answer stays below a few MB. */
const MAX_EXPORTED = 200

export function messageRoutes({ messages, clock }: Deps): readonly Route[] {
  const none = deny(409, 'no_messages', 'This server has no text messages; messages.enabled turns them on')
  const away = refuse({ reason: RefusalReason.storageUnavailable })
  return [
    route({
      method: 'GET',
      path: '/v1/messages',
      input: z.strictObject({ after: z.string().max(64).optional() }),
      action: 'export messages',
      async run({ after: text }) {
        if (messages === undefined) return none
        const after = text === undefined ? undefined : parseMessageId(text)
        if (text !== undefined && after === undefined)
          return deny(400, 'invalid_input', 'after: expected the id of a message')
        const found = await messages.all(after, MAX_EXPORTED)
        if (!found.ok) return away
        const shown = found.value.map(({ id: message, from, guestName, createdAt, ...rest }) => ({
          ...{ message, from_user_id: from, guest_name: guestName ?? null },
          ...{ created_at: new Date(createdAt).toISOString(), conversation: rest.conversation },
          ...{ text: rest.text, attachments: [...rest.attachments] },
          edited_at: rest.editedAt === undefined ? null : new Date(rest.editedAt).toISOString(),
          deleted_at: rest.deletedAt === undefined ? null : new Date(rest.deletedAt).toISOString(),
          reactions: rest.reactions.map(({ sign, users }) => ({ sign, users: [...users] })),
        }))
        return { answer: ok({ messages: shown } satisfies MessagesAnswer) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/messages/purge',
      input: z.strictObject({ older_than_days: z.int().min(0).max(36_500) }),
      action: 'purge messages',
      about: ({ older_than_days: days }) => ({ older_than_days: days }),
      async run({ older_than_days: days }) {
        if (messages === undefined) return none
        const before = clock.wallMs() - days * DAY_MS
        const gone = await messages.purge(before, before)
        return gone.ok ? { answer: ok({ purged: gone.value } satisfies PurgedAnswer) } : away
      },
    }),
  ]
}
