import type { Elsewhere } from './elsewhere.ts'
import type { MediaTrouble } from './call-view.ts'
import type { Outcome } from './past-calls.ts'

/** Something that has happened and is told at the edge of the screen. */
export interface Notice {
  readonly id: number
  readonly what: News
}

export type News =
  | {
      readonly name: 'call_over'
      readonly username: string
      readonly outcome: Outcome
      readonly durationMs: number
      readonly reason: string
    }
  /** While the page had no connection. */
  | { readonly name: 'missed'; readonly username: string }
  | {
      readonly name: 'lost'
      readonly callWith: string | undefined
      readonly unsent: number
      readonly reason: string
    }
  /** Another device of the same user has done something with the call. */
  | { readonly name: 'elsewhere'; readonly reason: Elsewhere; readonly username: string }
  /** The other one talks to somebody else now. */
  | { readonly name: 'transferred'; readonly username: string; readonly to: string }
  | { readonly name: 'transfer_failed'; readonly username: string; readonly reason: string }
  /** One talks to somebody else now. */
  | { readonly name: 'handed_over'; readonly username: string }
  | { readonly name: 'server_restarts' }
  | { readonly name: 'refused'; readonly reason: string }
  | { readonly name: 'media'; readonly what: MediaTrouble['what']; readonly why: MediaTrouble['why'] }
  | { readonly name: 'sharing_failed' }
  | { readonly name: 'password_changed' }
  /** Not let into a room. */
  | { readonly name: 'room_refused'; readonly room: string; readonly reason: string }
  /** Not in a room any more, and not by leaving. */
  | { readonly name: 'room_over'; readonly room: string; readonly reason: string }

/** These stay until they are closed: what has been lost should not go by unseen. */
export function isLasting(what: News): boolean {
  return ['missed', 'lost', 'media', 'room_over'].includes(what.name)
}

const MOST = 4

/** The newest last. One of a kind is enough: a newer one takes its place. */
export function withNotice(notices: readonly Notice[], notice: Notice): readonly Notice[] {
  return [...notices.filter(({ what }) => kindOf(what) !== kindOf(notice.what)), notice].slice(-MOST)
}

/** Each who has called in vain is told. */
function kindOf(what: News): string {
  return what.name === 'missed' ? `missed ${what.username}` : what.name
}
