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
  /** Some of them, for who watches no others. */
  only(indexes: readonly number[]): PresenceNews
}

export function presenceNews(
  changes: readonly PresenceChange[],
  frames: readonly Buffer[] = changes.map(encodeChange),
): PresenceNews {
  const batch = new FrameBatch(frames)
  let indexes: ReadonlyMap<UserId, number> | undefined
  return {
    changes,
    batch,
    indexOf(user) {
      indexes ??= new Map(changes.map((change, index) => [change.user.id, index]))
      return user === undefined ? undefined : indexes.get(user)
    },
    only: (which) => presenceNews(chosen(changes, which), chosen(frames, which)),
  }
}

function encodeChange({ user, state }: PresenceChange): Buffer {
  return encodeMessage({ type: 'USER_STATE_UPDATE', payload: listedUser({ ...user, state }) })
}

function chosen<Item>(items: readonly Item[], indexes: readonly number[]): readonly Item[] {
  return indexes.flatMap((index) => items[index] ?? [])
}
