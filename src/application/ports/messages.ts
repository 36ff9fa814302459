import type { Message, NewMessage } from '../../domain/message.ts'
import type { FileId, MessageId, UserId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'

/** What cannot be had now: nothing was done, or nobody knows whether it was. All that changes something may be repeated. */
export type Stored<Value> = Promise<Result<Value, 'storage_unavailable'>>

/** Which part of many: those before an id, the latest of them. */
export interface MessageRange {
  readonly before?: MessageId | undefined
  readonly limit: number
}

/** A conversation as one of its members sees it. */
export interface ConversationState {
  readonly conversation: string
  readonly last: Message | undefined
  /** How many messages of others came after what the user has read; `MAX_UNREAD` stands for that many and more. */
  readonly unread: number
  readonly readUpTo: MessageId | undefined
  /** Of the other of a direct conversation. */
  readonly peerReadUpTo: MessageId | undefined
}

export interface ReadMark {
  readonly user: UserId
  readonly conversation: string
  readonly upTo: MessageId
}

/** Of a user: that it reacts to a message with a sign, or does not any more. */
export interface NewReaction {
  readonly conversation: string
  readonly id: MessageId
  readonly user: UserId
  readonly sign: string
  readonly on: boolean
}

export interface MessageQuery extends MessageRange {
  readonly user: UserId
  /** All of these are in the text; the last one may be the beginning of a word. At least one. */
  readonly words: readonly string[]
  /** This one alone; else all direct conversations of the user, and `also`. */
  readonly conversation?: string | undefined
  readonly also?: string | undefined
}

/** That a message refers to a file, as the store of files knows it. */
export interface Hold {
  readonly message: MessageId
  readonly file: FileId
}

export const MAX_UNREAD = 999
/** Signs of one user at one message, and all reactions of one message together. */
export const MAX_SIGNS_OF_ONE = 8
export const MAX_REACTIONS = 100

/**
 * Messages of all conversations, by the keys of `domain/conversation.ts`. It asks nobody whether they may: that is decided
 * before. Durable when answered.
 */
export interface Messages {
  /** Where its sender has sent one with that `clientId` into the conversation already, it is that one, as it is now. */
  post(message: NewMessage): Stored<{ readonly message: Message; readonly isNew: boolean }>
  find(conversation: string, id: MessageId): Stored<Message | undefined>
  /** What its sender has sent with that `clientId`. */
  findSent(conversation: string, from: UserId, clientId: string): Stored<Message | undefined>
  /** Where those of them are that were not deleted. */
  conversationsOf(ids: readonly MessageId[]): Stored<readonly string[]>
  /** By its id the earliest first. */
  page(conversation: string, range: MessageRange): Stored<readonly Message[]>
  /** As it is then; undefined where there is none, or it was deleted. */
  edit(conversation: string, id: MessageId, text: string, at: number): Stored<Message | undefined>
  /** Its text, attachments and reactions are gone for good. False where there is none, or it was deleted already. */
  erase(conversation: string, id: MessageId, at: number): Stored<boolean>
  /** `too_many`: of this user, or in all. */
  react(reaction: NewReaction): Stored<'done' | 'unchanged' | 'not_found' | 'too_many'>
  /** A mark never goes back. `moved`: it was further than before. */
  read(mark: ReadMark): Stored<{ readonly moved: boolean; readonly unread: number }>
  /** The direct ones of a user, by their last message, the latest first. */
  conversations(user: UserId, range: MessageRange): Stored<readonly ConversationState[]>
  conversation(user: UserId, conversation: string): Stored<ConversationState>
  /** The latest first. */
  search(query: MessageQuery): Stored<readonly Message[]>
  /** The room is over. */
  forgetConversation(conversation: string): Stored<void>
  /**
   * The account is gone: its messages stay with the others of its conversations. `wholly`: it was a guest, of whom nothing
   * stays.
   */
  forgetUser(user: UserId, wholly: boolean): Stored<void>
  /** What was sent before an instant, and what guests sent before another. Gives how many messages went. */
  purge(before: number, guestsBefore: number): Stored<number>
  /** All messages by their ids, the earliest first, after one of them. */
  all(after: MessageId | undefined, limit: number): Stored<readonly Message[]>
  /** A message is about to refer to files. `post` takes the note back: until then its holds are loose. */
  noteHolds(message: MessageId, files: readonly FileId[], at: number): Stored<void>
  /** What messages that are gone have held, and what was noted before an instant. */
  looseHolds(before: number, limit: number): Stored<readonly Hold[]>
  /** They were let go. */
  dropHolds(message: MessageId, files: readonly FileId[]): Stored<void>
  close(): Promise<void>
}
