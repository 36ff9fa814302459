import type { FileId, UserId } from '../ids.ts'

/** What somebody has uploaded, as far as it is known without its bytes. Never changed but in `referrers`. */
export interface StoredFile {
  readonly id: FileId
  readonly owner: UserId
  /** As people see it; cleaned by `cleanFileName`. */
  readonly name: string
  /** The media type, told by the content. */
  readonly type: string
  readonly bytes: number
  /** 0 where there is no thumbnail. */
  readonly thumbnailBytes: number
  /** Unix milliseconds, like the other instants. */
  readonly createdAt: number
  /** What refers to it, a message for one. */
  readonly referrers: readonly string[]
  /** Since when nothing refers to it; means nothing while something does. */
  readonly unreferencedSince: number
}

/** Where the content is in the store. */
export const contentKey = (id: FileId): string => id

/** Where the thumbnail is in the store, if there is one. */
export const thumbnailKey = (id: FileId): string => `${id}.jpg`
