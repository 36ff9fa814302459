import type { UserId } from '../../domain/ids.ts'
import { encodeMessage } from '../../protocol/codec/encode-message.ts'
import { FrameBatch } from '../../protocol/framing/frame-batch.ts'
import { listedUser } from '../delivery/present/present-user-list.ts'
import type { PresenceChange } from './presence-changes.ts'

/** Changes of presence on their way to everybody: encoded once, each user is spared its own. */
export interface PresenceNews {
  readonly changes: readonly PresenceChange[]
  readonly batch: FrameBatch
  /** Where the user's own is among them. */
  indexOf(user: UserId | undefined): number | undefined
}

export function presenceNews(changes: readonly PresenceChange[]): PresenceNews {
  const batch = new FrameBatch(changes.map(encodeChange))
  const indexes = new Map(changes.map(({ user }, index) => [user.id, index]))
  return {
    changes,
    batch,
    indexOf: (user) => (user === undefined ? undefined : indexes.get(user)),
  }
}

function encodeChange({ user, state }: PresenceChange): Buffer {
  return encodeMessage({ type: 'USER_STATE_UPDATE', payload: listedUser({ ...user, state }) })
}
