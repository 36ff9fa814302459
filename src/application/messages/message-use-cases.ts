import type { Files } from '../ports/files.ts'
import type { Guests } from '../ports/guests.ts'
import type { Messages } from '../ports/messages.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Ids } from '../ports/system/ids.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { RoomRules } from '../room/room-rules.ts'
import { type ChangeMessage, makeChangeMessage } from './change-message.ts'
import { makeAttachFiles } from './attach-files.ts'
import { type FindConversation, makeFindConversation } from './find-conversation.ts'
import { makePostMessage, type MessageRules, type PostMessage } from './post-message.ts'
import { makeReadMessages, type ReadMessages } from './read-messages.ts'
import { tellMembers, type TellMembers } from './tell-members.ts'

/** All that can be asked of messages. What touches the store is done before a transaction, which then tells of it. */
export interface MessageUseCases {
  readonly findConversation: FindConversation
  readonly postMessage: PostMessage
  readonly changeMessage: ChangeMessage
  readonly readMessages: ReadMessages
  readonly tellMembers: TellMembers
}

interface Deps {
  readonly messages: Messages
  readonly files: Files | undefined
  readonly users: UserStore
  readonly guests: Guests | undefined
  readonly roomRules: RoomRules
  readonly rules: MessageRules
  readonly clock: Clock
  readonly ids: Ids
}

export function makeMessageUseCases(deps: Deps): MessageUseCases {
  const findConversation = makeFindConversation(deps)
  return {
    findConversation,
    postMessage: makePostMessage({ ...deps, findConversation, attachFiles: makeAttachFiles(deps) }),
    changeMessage: makeChangeMessage(deps),
    readMessages: makeReadMessages(deps),
    tellMembers,
  }
}
