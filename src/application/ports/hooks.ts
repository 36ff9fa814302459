import type { CallRecord } from '../../domain/call-record.ts'
import type { CallId, MessageId, RoomId, UserId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import type { WakeNews } from './waker.ts'

interface Parties {
  readonly call: CallId
  readonly caller: User
  readonly callee: User
}

type CallEnd = Pick<CallRecord, 'startedAt' | 'answeredAt' | 'endedAt' | 'durationMs' | 'reason' | 'endedBy'>

/** Something that other programs may want to hear of: never a description, a candidate or an address. */
export type HookEvent =
  | (Parties & { readonly type: 'call.started' | 'call.answered' })
  | (Parties & CallEnd & { readonly type: 'call.ended' })
  /** Its callee was not there, was not to be rung, or was busy. */
  | (Parties & { readonly type: 'call.refused'; readonly reason: CallRecord['reason'] })
  /** The first has entered. */
  | { readonly type: 'room.opened'; readonly room: RoomId; readonly name: string; readonly by: User }
  /** The last has left. */
  | { readonly type: 'room.closed'; readonly room: RoomId }
  | {
      readonly type: 'message.sent'
      readonly message: MessageId
      readonly conversation: string
      readonly from: User
      readonly to: readonly UserId[]
      readonly text: string
      readonly files: readonly string[]
    }
  /** For a program that wakes devices itself: `user` has no connection. */
  | {
      readonly type: 'push.call' | 'push.call_over' | 'push.message'
      readonly user: UserId
      readonly news: WakeNews
    }

export type HookType = HookEvent['type']

/** What became of an event at a destination. `lost`: the daemon has stopped. */
export const HOOK_RESULTS = ['delivered', 'refused', 'given_up', 'dropped', 'lost'] as const

export type HookResult = (typeof HOOK_RESULTS)[number]

/** Tells other programs what has happened, some time later; nobody waits for it. */
export interface Hooks {
  tell(event: HookEvent): void
  /** Whether any program wants events of the type. */
  wants(type: HookType): boolean
  /** Events by their results, and how many wait. */
  readonly results: () => Iterable<readonly [HookResult, number]>
  readonly waiting: () => number
}
