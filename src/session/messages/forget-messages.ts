import type { Messages } from '../../application/ports/messages.ts'
import { conversationKey, roomConversation } from '../../domain/conversation.ts'
import type { RoomId, UserId } from '../../domain/ids.ts'

/** Lets messages go whose room or user is gone. What cannot be forgotten now goes when it is too old. */
export interface ForgetMessages {
  /** A permanent one keeps its messages. */
  ofRoom(room: { readonly room: RoomId; readonly life: string | undefined }): void
  ofAccount(user: UserId): void
  ofGuest(user: UserId): void
}

export function makeForgetMessages(messages: Messages): ForgetMessages {
  return {
    ofRoom({ room: id, life }) {
      if (life !== undefined)
        void messages.forgetConversation(conversationKey(roomConversation({ id, life })))
    },

    ofAccount(user) {
      void messages.forgetUser(user, false)
    },

    ofGuest(user) {
      void messages.forgetUser(user, true)
    },
  }
}
