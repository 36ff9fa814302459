/** Why somebody is not in a room any more, as it and the others are told. */
export const LeaveReason = {
  left: 'left',
  removed: 'removed',
  closed: 'closed',
  sessionEnded: 'session_ended',
} as const

export type LeaveReason = (typeof LeaveReason)[keyof typeof LeaveReason]

/** What the others in a room are told of a member. */
export type MemberEvent = 'joined' | 'left' | 'updated' | 'reconnecting' | 'connected'

/** What befalls a room. `lose` and `return`: a member's connection; `voice`: its media at the SFU. */
export type RoomEventKind =
  | 'join'
  | 'update'
  | 'voice'
  | 'lose'
  | 'return'
  | 'leave'
  | 'end_session'
  | 'remove'
  | 'mute'
  | 'close'

export interface RoomTransition {
  /** Who may cause it; `owner` is the one who made the room, and the server. */
  readonly by: 'anyone' | 'member' | 'owner'
  /** Who leaves by it. */
  readonly leaves?: { readonly who: 'member' | 'all'; readonly reason: LeaveReason; readonly isTold: boolean }
  /** What the others are told of the member. */
  readonly others?: MemberEvent
}

/** The room machine, whole: whatever is not refused has a row. docs/protocol/rooms.md prints this table. */
export const roomTransitions = {
  join: { by: 'anyone', others: 'joined' },
  update: { by: 'member', others: 'updated' },
  voice: { by: 'member', others: 'updated' },
  lose: { by: 'member', others: 'reconnecting' },
  return: { by: 'member', others: 'connected' },
  leave: {
    by: 'member',
    leaves: { who: 'member', reason: LeaveReason.left, isTold: true },
    others: 'left',
  },
  end_session: {
    by: 'member',
    leaves: { who: 'member', reason: LeaveReason.sessionEnded, isTold: false },
    others: 'left',
  },
  remove: {
    by: 'owner',
    leaves: { who: 'member', reason: LeaveReason.removed, isTold: true },
    others: 'left',
  },
  mute: { by: 'owner', others: 'updated' },
  close: { by: 'owner', leaves: { who: 'all', reason: LeaveReason.closed, isTold: true } },
} as const satisfies Readonly<Record<RoomEventKind, RoomTransition>>
