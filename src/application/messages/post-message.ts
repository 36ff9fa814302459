import { type Conversation, conversationKey } from '../../domain/conversation.ts'
import { RefusalReason, type Refusal } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { Guests } from '../ports/guests.ts'
import type { Messages } from '../ports/messages.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Ids } from '../ports/system/ids.ts'
import type { AttachFiles, WrongFile } from './attach-files.ts'
import type { FindConversation } from './find-conversation.ts'
import type { ShownMessage } from './message-effect.ts'

export interface MessageRules {
  /** In bytes of UTF-8. */
  readonly maxTextBytes: number
}

interface Deps {
  readonly messages: Messages
  readonly attachFiles: AttachFiles
  readonly guests: Guests | undefined
  readonly findConversation: FindConversation
  readonly rules: MessageRules
  readonly clock: Clock
  readonly ids: Pick<Ids, 'message'>
}

interface Draft {
  readonly text: string
  /** The ids of files. */
  readonly files: readonly string[]
  readonly clientId: string
}

type WrongText = 'text_too_long' | 'nothing_to_send' | WrongFile

/** Stores a message, once for its `clientId` (MSG-2): durable when answered. Whom to tell is decided afterwards. */
export type PostMessage = (
  by: User,
  conversation: Conversation,
  draft: Draft,
) => Promise<Result<ShownMessage, Refusal | WrongText>>

export function makePostMessage(deps: Deps): PostMessage {
  const { messages, attachFiles, guests, findConversation, rules, clock, ids } = deps
  return async (by, conversation, { text, files, clientId }) => {
    if (text === '' && files.length === 0) return err('nothing_to_send')
    if (isTooLong(text, rules)) return err('text_too_long')
    const fault = await findConversation.writable(by.id, conversation)
    if (fault !== undefined) return err(fault)
    const where = conversationKey(conversation)
    // By now its files may be gone.
    const sent = files.length === 0 ? ok(undefined) : await messages.findSent(where, by.id, clientId)
    if (!sent.ok) return away
    if (sent.value !== undefined) return ok({ message: sent.value, username: by.username })
    const { id, at: createdAt } = ids.message(clock.wallMs())
    const attached = await attachFiles.attach(id, files, by.id)
    if (!attached.ok) return attached
    const posted = await messages.post({
      ...{ id, createdAt, clientId, text, from: by.id, attachments: attached.value },
      conversation: where,
      guestName: guests?.isGuest(by.id) === true ? by.username : undefined,
    })
    if (!posted.ok) return away
    if (!posted.value.isNew) await attachFiles.letGo(id, attached.value)
    return ok({ message: posted.value.message, username: by.username })
  }
}

const away = err({ reason: RefusalReason.storageUnavailable })

export function isTooLong(text: string, { maxTextBytes }: MessageRules): boolean {
  return new TextEncoder().encode(text).length > maxTextBytes
}
