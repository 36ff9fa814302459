import type { Conversation, TextMessage } from 'roomrtc-client/messages'

/** What has been written, as far as the page has loaded it. */
export interface TalkState {
  /** Between two users, those with the latest messages first; undefined until the server has told. */
  readonly conversations: readonly Conversation[] | undefined
  /** By the id of the conversation, like the others. */
  readonly threads: Readonly<Record<string, Thread>>
  readonly drafts: Readonly<Record<string, readonly DraftFile[]>>
  readonly typing: Readonly<Record<string, readonly string[]>>
}

export interface Thread {
  /** By their ids, the earliest first. */
  readonly messages: readonly TextMessage[]
  /** There are earlier ones. */
  readonly more: boolean
  readonly loading: 'no' | 'yes' | 'failed'
  readonly pending: readonly Pending[]
  /** How far the other one has read. */
  readonly peerReadUpTo: string | undefined
}

/** One's own, on its way. */
export interface Pending {
  readonly clientId: string
  readonly text: string
  readonly files: readonly DraftFile[]
  /** Why it was refused. */
  readonly reason: string | undefined
}

/** A file that is to go with the next message. */
export interface DraftFile {
  readonly id: number
  readonly name: string
  readonly bytes: number
  readonly upload:
    | { readonly name: 'running'; readonly share: number }
    | { readonly name: 'done'; readonly fileId: string }
    | { readonly name: 'failed'; readonly reason: string }
}

export const noTalk: TalkState = { conversations: undefined, threads: {}, drafts: {}, typing: {} }

export const emptyThread: Thread = {
  messages: [],
  more: true,
  loading: 'no',
  pending: [],
  peerReadUpTo: undefined,
}

/** As many as a message may have. */
export const MOST_FILES = 10
