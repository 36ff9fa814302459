import type { Listed } from '../../application/effect.ts'
import { type EncodedMessage, encodeLater, withRequestId } from '../../protocol/codec/encode-message.ts'
import { encodeFrame } from '../../protocol/framing/frame.ts'
import { presentUserList } from './present/present-user-list.ts'

/** The whole user list as a frame, made once for all who get it between two changes: after a restart everybody asks. */
export class UserListFrame {
  #encoded: EncodedMessage | undefined
  #frame: Buffer | undefined

  /** Somebody registered, or somebody's state is another. */
  changed(): void {
    this.#encoded = undefined
    this.#frame = undefined
  }

  get(users: Iterable<Listed>, requestId?: string): Buffer {
    this.#encoded ??= encodeLater(presentUserList(users), {})
    const { code, text } = this.#encoded
    if (requestId !== undefined) return encodeFrame(code, withRequestId(text, requestId))
    this.#frame ??= encodeFrame(code, text)
    return this.#frame
  }
}
