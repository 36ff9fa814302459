import { type Conversation, conversationKey } from '../../domain/conversation.ts'
import { parseMessageId, type UserId } from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'
import type { Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Messages } from '../ports/messages.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { MessageNews } from './message-effect.ts'
import { isTooLong, type MessageRules } from './post-message.ts'

interface Deps {
  readonly messages: Messages
  readonly rules: MessageRules
  readonly clock: Clock
}

export type MessageChange =
  | { readonly kind: 'edit'; readonly text: string }
  /** `ofOthers`: who asks may delete what others have written. */
  | { readonly kind: 'delete'; readonly ofOthers: boolean }
  | { readonly kind: 'react'; readonly sign: string; readonly on: boolean }

/** Edits, deletes or reacts to a message (MSG-6, MSG-7), and gives what members are to be told. */
export type ChangeMessage = (
  by: UserId,
  where: { readonly conversation: Conversation; readonly message: string },
  change: MessageChange,
) => Promise<Result<MessageNews, Refusal | 'text_too_long' | 'nothing_to_send'>>

export function makeChangeMessage({ messages, rules, clock }: Deps): ChangeMessage {
  return async (by, { conversation: where, message: text }, change) => {
    const conversation = conversationKey(where)
    const id = parseMessageId(text)
    if (id === undefined) return refused('message_not_found')
    const at = clock.wallMs()
    if (change.kind === 'react') {
      const { sign, on } = change
      const reacted = await messages.react({ conversation, id, user: by, sign, on })
      if (!reacted.ok) return refused('storage_unavailable')
      if (reacted.value === 'not_found') return refused('message_not_found')
      if (reacted.value === 'too_many') return refused('too_many_reactions')
      return ok({ event: 'reacted', conversation, id, by, sign, on })
    }
    const found = await messages.find(conversation, id)
    if (!found.ok) return refused('storage_unavailable')
    const message = found.value
    if (message === undefined || message.deletedAt !== undefined) return refused('message_not_found')
    if (change.kind === 'delete') return erase(by, message, change.ofOthers, at)
    if (message.from !== by) return refused('not_message_sender')
    if (change.text === '' && message.attachments.length === 0) return err('nothing_to_send')
    if (isTooLong(change.text, rules)) return err('text_too_long')
    const edited = await messages.edit(conversation, id, change.text, at)
    if (!edited.ok) return refused('storage_unavailable')
    if (edited.value === undefined) return refused('message_not_found')
    return ok({ event: 'edited', conversation, id, text: change.text, at })
  }

  async function erase(
    by: UserId,
    { conversation, id, from }: Message,
    ofOthers: boolean,
    at: number,
  ): Promise<Result<MessageNews, Refusal>> {
    if (from !== by && !ofOthers) return refused('not_message_sender')
    const erased = await messages.erase(conversation, id, at)
    if (!erased.ok) return refused('storage_unavailable')
    if (!erased.value) return refused('message_not_found')
    return ok({ event: 'deleted', conversation, id, by, at })
  }
}

function refused(reason: RefusalReason): Result<never, Refusal> {
  return err({ reason })
}
