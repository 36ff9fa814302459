import type { Listed } from '../application/effect.ts'
import { encodeMessage } from '../protocol/encode-message.ts'
import { present } from './present.ts'

/** The user list as a frame, made once for all who get it between two changes: after a restart everybody asks. */
export class UserListFrame {
  #frame: Buffer | undefined

  /** Somebody registered, or somebody's state is another. */
  changed(): void {
    this.#frame = undefined
  }

  get(users: Iterable<Listed>): Buffer {
    this.#frame ??= encodeMessage(present({ kind: 'answer-user-list', users }))
    return this.#frame
  }
}
