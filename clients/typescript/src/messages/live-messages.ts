import type { Ask, Unsubscribe } from '../ask.ts'
import type { Question } from '../client/asker.ts'
import type { Host, Part } from '../client/part.ts'
import { Emitter } from '../emitter.ts'
import { RoomRtcError } from '../error.ts'
import { learnCodes } from '../wire/binary.ts'
import type { ClientMessage } from '../wire/client-messages.ts'
import { messageCodes } from '../wire/message-codes.ts'
import { messageShapes } from '../wire/message-shapes.ts'
import { learn } from '../wire/read-message.ts'
import type { ServerMessage } from '../wire/server-messages.ts'
import type {
  ConversationPage,
  MessageEvents,
  MessagePage,
  MessageRange,
  MessageRef,
  Messages,
  SendOptions,
  TextMessage,
} from './messages.ts'
import { readConversation, readMessage, refOf } from './read-messages.ts'

type Answer<Type> = Extract<ServerMessage, { type: Type }>

/** Sends and asks for text messages, and hears of those of others. */
export class LiveMessages implements Messages, Part {
  readonly #host: Host
  readonly #emitter = new Emitter<MessageEvents>()

  constructor(host: Host) {
    learnMessages()
    this.#host = host
  }

  send(
    to: { readonly user: string } | { readonly conversation: string },
    text: string,
    { clientId = randomId(), attachments = [], ...options }: SendOptions = {},
  ): Promise<TextMessage> {
    const where = 'user' in to ? { to_user_id: to.user } : { conversation_id: to.conversation }
    const files = attachments.length === 0 ? {} : { attachments: attachments.map((file_id) => ({ file_id })) }
    const payload = { ...where, text, ...files, client_id: clientId }
    const message = { type: 'MESSAGE_SEND', payload } as const
    return this.#ask('send', message, 'MESSAGE', ({ payload }) => readMessage(payload), options)
  }

  list(conversation_id: string, range: MessageRange = {}, options?: Ask): Promise<MessagePage> {
    const message = { type: 'MESSAGES_REQUEST', payload: { ...range, conversation_id } } as const
    return this.#ask('list', message, 'MESSAGES', readPage, options)
  }

  conversations(range: MessageRange = {}, options?: Ask): Promise<ConversationPage> {
    const message = { type: 'CONVERSATIONS_REQUEST', payload: range } as const
    const read = ({ payload: { conversations, more } }: Answer<'CONVERSATIONS'>) => ({
      conversations: conversations.map(readConversation),
      more,
    })
    return this.#ask('conversations', message, 'CONVERSATIONS', read, options)
  }

  search(
    query: string,
    { conversation, ...range }: MessageRange & { readonly conversation?: string } = {},
    options?: Ask,
  ): Promise<MessagePage> {
    const where = conversation === undefined ? {} : { conversation_id: conversation }
    const message = { type: 'MESSAGE_SEARCH', payload: { ...range, ...where, query } } as const
    return this.#ask('search', message, 'MESSAGES', readPage, options)
  }

  markRead({ id: up_to, conversation: conversation_id }: MessageRef, options?: Ask): Promise<number> {
    const message = { type: 'MESSAGE_READ', payload: { conversation_id, up_to } } as const
    return this.#ask('markRead', message, 'MESSAGE_READ', ({ payload }) => payload.unread ?? 0, options)
  }

  edit(message: MessageRef, text: string, options?: Ask): Promise<void> {
    const payload = { ...wireRef(message), text }
    return this.#ask('edit', { type: 'MESSAGE_EDIT', payload }, 'MESSAGE_EDIT', nothing, options)
  }

  delete(message: MessageRef, options?: Ask): Promise<void> {
    const payload = wireRef(message)
    return this.#ask('delete', { type: 'MESSAGE_DELETE', payload }, 'MESSAGE_DELETE', nothing, options)
  }

  react(message: MessageRef, reaction: string, on = true, options?: Ask): Promise<void> {
    const payload = { ...wireRef(message), reaction, on }
    return this.#ask('react', { type: 'MESSAGE_REACT', payload }, 'MESSAGE_REACT', nothing, options)
  }

  typing(conversation_id: string): void {
    if (this.#isThere) this.#host.send({ type: 'MESSAGE_TYPING', payload: { conversation_id } })
  }

  on<E extends keyof MessageEvents>(event: E, listener: (value: MessageEvents[E]) => void): Unsubscribe {
    return this.#emitter.on(event, listener)
  }

  take({ type, payload }: ServerMessage): boolean {
    const emitter = this.#emitter
    if (type === 'MESSAGE') emitter.emit('message', readMessage(payload))
    else if (type === 'MESSAGE_EDIT')
      emitter.emit('edited', { ...refOf(payload), text: payload.text, editedAt: payload.edited_at })
    else if (type === 'MESSAGE_DELETE')
      emitter.emit('deleted', { ...refOf(payload), by: payload.user_id, deletedAt: payload.deleted_at })
    else if (type === 'MESSAGE_REACT') {
      const { user_id: by, reaction: sign, on } = payload
      emitter.emit('reaction', { ...refOf(payload), by, sign, on })
    } else if (type === 'MESSAGE_READ') {
      const { conversation_id: conversation, user_id: by, up_to: upTo, unread } = payload
      emitter.emit('read', { conversation, by, upTo, unread })
    } else if (type === 'MESSAGE_TYPING')
      emitter.emit('typing', { conversation: payload.conversation_id, by: payload.user_id })
    else return false
    return true
  }

  get #isThere(): boolean {
    return this.#host.capabilities().includes('messages')
  }

  #ask<Type extends ServerMessage['type'], T>(
    what: string,
    message: ClientMessage,
    answer: Type,
    read: (answer: Answer<Type>) => T,
    options: Ask = {},
  ): Promise<T> {
    if (!this.#isThere) {
      const lacking = 'there is no connection on which messages were agreed on'
      return Promise.reject(new RoomRtcError('wrong_state', lacking))
    }
    const isAnswer = (told: ServerMessage): told is Answer<Type> => told.type === answer
    const question: Question<T> = {
      ...{ what, message, answers: [answer], repeats: message.type !== 'MESSAGE_DELETE' },
      read: (told) =>
        isAnswer(told)
          ? read(told)
          : new RoomRtcError('not_understood', `the server has answered with ${told.type}`),
    }
    return this.#host.asker.ask(question, options)
  }
}

function learnMessages(): void {
  learn(messageShapes)
  learnCodes(messageCodes)
}

function readPage({ payload: { messages, more } }: Answer<'MESSAGES'>): MessagePage {
  return { messages: messages.map(readMessage), more }
}

/** Where a page came without TLS there is no `randomUUID`. */
function randomId(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('')
}

function wireRef({ id: message_id, conversation: conversation_id }: MessageRef) {
  return { conversation_id, message_id }
}

function nothing(): void {
  // That it is answered is all that there is to know.
}
