import { type Conversation, conversationKey } from '../../domain/conversation.ts'
import type { Attachment } from '../../domain/message.ts'
import { RefusalReason, type Refusal } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { Attachments } from '../ports/attachments.ts'
import type { Guests } from '../ports/guests.ts'
import type { Messages } from '../ports/messages.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Ids } from '../ports/system/ids.ts'
import type { FindConversation } from './find-conversation.ts'
import type { ShownMessage } from './message-effect.ts'

export interface MessageRules {
  /** In bytes of UTF-8. */
  readonly maxTextBytes: number
}

interface Deps {
  readonly messages: Messages
  /** Undefined where nobody can send files. */
  readonly attachments: Attachments | undefined
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

type WrongText = 'text_too_long' | 'nothing_to_send' | 'no_attachments' | 'file_not_found'

/** Stores a message, once for its `clientId` (MSG-2): durable when answered. Whom to tell is decided afterwards. */
export type PostMessage = (
  by: User,
  conversation: Conversation,
  draft: Draft,
) => Promise<Result<ShownMessage, Refusal | WrongText>>

export function makePostMessage(deps: Deps): PostMessage {
  const { messages, guests, findConversation, rules, clock, ids } = deps
  return async (by, conversation, { text, files, clientId }) => {
    if (text === '' && files.length === 0) return err('nothing_to_send')
    if (isTooLong(text, rules)) return err('text_too_long')
    const fault = await findConversation.writable(by.id, conversation)
    if (fault !== undefined) return err(fault)
    const attachments = await refer(files, by)
    if (!attachments.ok) return attachments
    const { id, at: createdAt } = ids.message(clock.wallMs())
    const posted = await messages.post({
      ...{ id, createdAt, clientId, text, from: by.id, attachments: attachments.value },
      conversation: conversationKey(conversation),
      guestName: guests?.isGuest(by.id) === true ? by.username : undefined,
    })
    if (!posted.ok) return err({ reason: RefusalReason.storageUnavailable })
    return ok({ message: posted.value.message, username: by.username })
  }

  async function refer(
    files: readonly string[],
    by: User,
  ): Promise<Result<readonly Attachment[], Refusal | WrongText>> {
    if (files.length === 0) return ok([])
    if (deps.attachments === undefined) return err('no_attachments')
    const referred = await deps.attachments.refer(files, by.id)
    if (referred.ok) return referred
    return err(referred.error === 'file_not_found' ? referred.error : { reason: referred.error })
  }
}

export function isTooLong(text: string, { maxTextBytes }: MessageRules): boolean {
  return new TextEncoder().encode(text).length > maxTextBytes
}
