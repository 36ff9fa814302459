import type { FileId, MessageId, UserId } from './ids.ts'

/** A file that was sent with a message, as the store of files knew it then. */
export interface Attachment {
  readonly fileId: FileId
  readonly name: string
  readonly type: string
  readonly bytes: number
  /** Where the thumbnail is in the store of files. */
  readonly thumbnail?: string | undefined
}

/** Who has reacted with the same sign, in the order in which they did. */
export interface Reaction {
  readonly sign: string
  readonly users: readonly UserId[]
}

/** Instants are Unix milliseconds. */
export interface Message {
  readonly id: MessageId
  /** `conversationKey` in `domain/conversation.ts`. */
  readonly conversation: string
  readonly from: UserId
  /** Of a guest, whose name cannot be looked up once it is gone. */
  readonly guestName?: string | undefined
  /** Empty where there are attachments alone, and where it was deleted. */
  readonly text: string
  readonly attachments: readonly Attachment[]
  /** What its sender calls it: of the same one there is one in a conversation. */
  readonly clientId: string
  readonly createdAt: number
  readonly editedAt?: number | undefined
  readonly deletedAt?: number | undefined
  readonly reactions: readonly Reaction[]
}

export type NewMessage = Omit<Message, 'editedAt' | 'deletedAt' | 'reactions'>
