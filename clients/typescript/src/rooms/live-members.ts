import type { ServerPayloads } from '../wire/server-messages.ts'
import type { Member, Members } from './member.ts'

export type WireMember = ServerPayloads['ROOM_MEMBER']['member']

export class LiveMembers implements Members {
  readonly #byId = new Map<string, Member>()

  get size(): number {
    return this.#byId.size
  }

  [Symbol.iterator](): IterableIterator<Member> {
    return this.#byId.values()
  }

  get(id: string): Member | undefined {
    return this.#byId.get(id)
  }

  /** As the server tells of it now. `offers`: of one who is new. */
  put(told: WireMember, offers: Member['offers']): Member {
    const { user_id: id, username, nickname, audio_muted, video_muted, state } = told
    const member = {
      id,
      username,
      nickname,
      audioMuted: audio_muted,
      videoMuted: video_muted,
      state,
      offers: this.#byId.get(id)?.offers ?? offers,
    }
    this.#byId.set(id, member)
    return member
  }

  delete(id: string): void {
    this.#byId.delete(id)
  }
}
