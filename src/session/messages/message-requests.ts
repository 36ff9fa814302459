import type { Effect } from '../../application/effect.ts'
import type { SessionRecord } from '../../application/ports/sessions.ts'
import type { Work } from '../../application/ports/transaction.ts'
import { ok, type Result } from '../../domain/result.ts'
import { type ClientMessage, type MessageDefinition, messageTable } from '../../protocol/message-table.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import type { MessageWork } from './message-work.ts'
import { TypingBrake } from './typing-brake.ts'

type MessageMessage = Extract<
  ClientMessage,
  { type: `MESSAGE_${string}` | 'MESSAGES_REQUEST' | 'CONVERSATIONS_REQUEST' }
>

export function isAboutMessages(message: ClientMessage): message is MessageMessage {
  const { needs }: MessageDefinition = messageTable[message.type]
  return needs === 'messages'
}

/** From a message about text messages to the work that it asks for. */
export function makeMessageRequests(messages: MessageWork) {
  const brake = new TypingBrake()
  return { workOf }

  /** `now` in monotonic milliseconds. */
  async function workOf(
    session: SessionRecord,
    { type, payload }: MessageMessage,
    now: number,
  ): Promise<Result<Work, WireRefusal>> {
    const { user } = session
    const asker = { user, session }
    switch (type) {
      case 'MESSAGE_SEND': {
        const sent = await messages.send(asker, payload)
        return sent.ok ? ok(sent.value.work) : sent
      }
      case 'MESSAGE_EDIT':
        return messages.change(asker, payload, { kind: 'edit', text: payload.text })
      case 'MESSAGE_DELETE':
        return messages.change(asker, payload, { kind: 'delete', ofOthers: false })
      case 'MESSAGE_REACT':
        return messages.change(asker, payload, { kind: 'react', sign: payload.reaction, on: payload.on })
      case 'MESSAGE_READ':
        return messages.mark(asker, payload)
      case 'MESSAGE_TYPING':
        return brake.lets(user.id, now) ? messages.typing(asker, payload) : ok(nothing)
      case 'CONVERSATIONS_REQUEST':
        return answered(await messages.conversations(user, payload))
      case 'MESSAGES_REQUEST':
        return answered(await messages.page(user, payload.conversation_id, payload))
      case 'MESSAGE_SEARCH':
        return answered(await messages.search(user, payload))
    }
  }
}

const nothing: Work = () => Promise.resolve(ok([]))

function answered(read: Result<Effect, WireRefusal>): Result<Work, WireRefusal> {
  return read.ok ? ok(() => Promise.resolve(ok([read.value]))) : read
}
