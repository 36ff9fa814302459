import type { Listed } from '../application/effect.ts'
import { encodeMessage } from '../protocol/encode-message.ts'
import { presentUserList } from './present-user-list.ts'

/** The user list as a frame, made once for all who get it between two changes: after a restart everybody asks. */
export class UserListFrame {
  #frame: Buffer | undefined

  /** Somebody registered, or somebody's state is another. */
  changed(): void {
    this.#frame = undefined
  }

  get(users: Iterable<Listed>): Buffer {
    this.#frame ??= encodeMessage(presentUserList(users))
    return this.#frame
  }
}
