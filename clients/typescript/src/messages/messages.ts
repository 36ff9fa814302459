import type { Ask, Unsubscribe } from '../ask.ts'

/** What users write to each other, as the server keeps it. */
export interface Messages {
  /**
   * To a user, or into a conversation: that of a room has the id of the room. The text may be empty where there are
   * attachments. Gives the message as it is stored. What is lost
   * with a connection is sent again; the server has it once.
   */
  send(
    to: { readonly user: string } | { readonly conversation: string },
    text: string,
    options?: SendOptions,
  ): Promise<TextMessage>
  /** A page, the earliest first: the latest messages, or those before one. */
  list(conversation: string, range?: MessageRange, options?: Ask): Promise<MessagePage>
  /** Those with the latest messages first. */
  conversations(range?: MessageRange, options?: Ask): Promise<ConversationPage>
  /** Messages with all words of the query, the latest first. */
  search(
    query: string,
    range?: MessageRange & { readonly conversation?: string },
    options?: Ask,
  ): Promise<MessagePage>
  /** The user has read all up to a message. Gives how many are left. All devices of the user are told. */
  markRead(message: MessageRef, options?: Ask): Promise<number>
  edit(message: MessageRef, text: string, options?: Ask): Promise<void>
  /** For all. */
  delete(message: MessageRef, options?: Ask): Promise<void>
  /** `on`: false takes the sign back. */
  react(message: MessageRef, sign: string, on?: boolean, options?: Ask): Promise<void>
  /** The user is writing. The others are told now and then, however often it is called. */
  typing(conversation: string): void
  on<E extends keyof MessageEvents>(event: E, listener: (value: MessageEvents[E]) => void): Unsubscribe
}

export interface SendOptions extends Ask {
  /** The program's own name for the message, so that a later `send` of the same is harmless. Random where absent. */
  readonly clientId?: string
  /** The ids of uploaded files, at most 10. */
  readonly attachments?: readonly string[]
}

export interface MessageRange {
  /** The id of a message. */
  readonly before?: string
  /** 1 to 100. */
  readonly limit?: number
}

export interface MessageRef {
  readonly id: string
  readonly conversation: string
}

export interface TextMessage extends MessageRef {
  /** The username is empty where the account is gone. */
  readonly from: { readonly id: string; readonly username: string }
  /** Empty where it was deleted. */
  readonly text: string
  readonly attachments: readonly Attachment[]
  readonly clientId: string
  /** Unix milliseconds, like the others. */
  readonly createdAt: number
  readonly editedAt: number | undefined
  readonly deletedAt: number | undefined
  readonly reactions: readonly { readonly sign: string; readonly users: readonly string[] }[]
}

/** A file of a message. Where it is fetched for a while is asked for by `GET /api/uploads/{fileId}`. */
export interface Attachment {
  readonly fileId: string
  readonly name: string
  readonly type: string
  readonly bytes: number
  /** The key of a small JPEG, where there is one. */
  readonly thumbnail: string | undefined
}

export interface MessagePage {
  readonly messages: readonly TextMessage[]
  /** There are others before these. */
  readonly more: boolean
}

export interface Conversation {
  readonly id: string
  /** Undefined where it is that of a room. */
  readonly peer: { readonly id: string; readonly username: string } | undefined
  readonly last: TextMessage | undefined
  readonly unread: number
  readonly readUpTo: string | undefined
  /** How far the other has read. */
  readonly peerReadUpTo: string | undefined
}

export interface ConversationPage {
  readonly conversations: readonly Conversation[]
  readonly more: boolean
}

export interface MessageEvents {
  /** Of others, and of one's own other devices; after a loss perhaps once more. */
  message: TextMessage
  edited: MessageRef & { readonly text: string; readonly editedAt: number }
  deleted: MessageRef & { readonly by: string; readonly deletedAt: number }
  reaction: MessageRef & { readonly by: string; readonly sign: string; readonly on: boolean }
  /** `unread` is there where one has read oneself. */
  read: {
    readonly conversation: string
    readonly by: string
    readonly upTo: string
    readonly unread: number | undefined
  }
  typing: { readonly conversation: string; readonly by: string }
}
