import { decodeRequest } from '../../../protocol/codec/decode-request.ts'
import { FrameDecoder } from '../../../protocol/framing/frame-decoder.ts'
import { MAX_FRAME_LENGTH } from '../../../protocol/framing/frame.ts'
import { messageTable } from '../../../protocol/message-table.ts'
import type { Received } from '../scenarios/received.ts'

export interface MadeAccount {
  readonly username: string
  /** Those that it has had, the latest first. */
  readonly passwords: readonly string[]
}

/** Which accounts the scenarios have made, by what they sent and what came. */
export class MadeAccounts {
  readonly #made = new Set<string>()
  readonly #passwords = new Map<string, string[]>()
  readonly #changed: string[] = []

  sent(bytes: Buffer): void {
    const decoder = new FrameDecoder(MAX_FRAME_LENGTH)
    try {
      decoder.push(bytes)
      for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
        const request = decodeRequest(frame)
        if (!request.ok) continue
        const { type, payload } = request.value.message
        if (type === 'REGISTER_REQUEST')
          this.#passwords.set(payload.username, [
            ...(this.#passwords.get(payload.username) ?? []),
            payload.password_hash,
          ])
        else if (type === 'CHANGE_PASSWORD') this.#changed.push(payload.new_password_hash)
      }
    } catch {
      // Bytes that are wrong on purpose make no account.
    }
  }

  came({ type, payload }: Received): void {
    const username = payload['username']
    if (type !== messageTable.REGISTER_RESPONSE.code || payload['success'] !== true) return
    if (typeof username === 'string') this.#made.add(username)
  }

  get all(): readonly MadeAccount[] {
    return [...this.#made].map((username) => ({
      username,
      passwords: [...new Set([...(this.#passwords.get(username) ?? []), ...this.#changed])],
    }))
  }
}
