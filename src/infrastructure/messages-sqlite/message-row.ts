import { z } from 'zod'
import type { Hold } from '../../application/ports/messages.ts'
import { parseFileId, parseMessageId, parseUserId, type UserId } from '../../domain/ids.ts'
import type { Attachment, Message, Reaction } from '../../domain/message.ts'

/** A row of the table of messages, in whichever database. Attachments are JSON, as is who has reacted, in order. */
export interface MessageRow {
  readonly id: string
  readonly conversation: string
  readonly sender: string
  readonly guest_name: string | null
  readonly text: string
  readonly attachments: string
  readonly client_id: string
  readonly created_at: number
  readonly edited_at: number | null
  readonly deleted_at: number | null
  /** `[[sign, user], …]` */
  readonly reactions: string
}

const attachments = z.array(
  z.object({
    fileId: z.string().transform((text, context) => parseFileId(text) ?? noId(context)),
    name: z.string(),
    type: z.string(),
    bytes: z.number(),
    thumbnail: z.string().optional(),
  }),
)

const reactions = z.array(z.tuple([z.string(), z.string()]))

/** Throws for a row that this program has not written. */
export function messageOf(row: MessageRow): Message {
  const id = parseMessageId(row.id)
  const from = parseUserId(row.sender)
  if (id === undefined || from === undefined) throw new Error('a stored message has no id or no sender')
  return {
    id,
    conversation: row.conversation,
    from,
    guestName: row.guest_name ?? undefined,
    text: row.text,
    attachments: attachments.parse(JSON.parse(row.attachments)),
    clientId: row.client_id,
    createdAt: row.created_at,
    editedAt: row.edited_at ?? undefined,
    deletedAt: row.deleted_at ?? undefined,
    reactions: readReactions(row.reactions),
  }
}

/** Throws as well. */
export function holdOf(row: { readonly message: string; readonly file: string }): Hold {
  const message = parseMessageId(row.message)
  const file = parseFileId(row.file)
  if (message === undefined || file === undefined) throw new Error('a stored hold is of no message or file')
  return { message, file }
}

export function attachmentsText(list: readonly Attachment[]): string {
  return JSON.stringify(list)
}

function readReactions(text: string): readonly Reaction[] {
  if (text === '[]') return []
  const signs = new Map<string, UserId[]>()
  for (const [sign, user] of reactions.parse(JSON.parse(text))) {
    const who = parseUserId(user)
    if (who === undefined) continue
    const users = signs.get(sign)
    if (users === undefined) signs.set(sign, [who])
    else users.push(who)
  }
  return [...signs].map(([sign, users]) => ({ sign, users }))
}

function noId(context: z.RefinementCtx): never {
  context.addIssue('no id of a file')
  return z.NEVER
}

/** The least id that a message of that instant could have: ids begin with 48 bits of Unix milliseconds. */
export function firstIdAt(wallMs: number): string {
  const hex = Math.max(0, Math.floor(wallMs)).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
