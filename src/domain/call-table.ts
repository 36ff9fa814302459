/** Why a call ended, as both parties are told. */
export const EndReason = {
  hangup: 'hangup',
  declined: 'declined',
  timeout: 'timeout',
  busy: 'busy',
  peerDisconnected: 'peer_disconnected',
  replaced: 'replaced',
  transferred: 'transferred',
  logout: 'logout',
  shutdown: 'shutdown',
  administrator: 'ended_by_administrator',
} as const

export type EndReason = (typeof EndReason)[keyof typeof EndReason]

/**
 * Why a device is told HANGUP by what another device of the same user does: it does not ring any more (DEV-2), or the
 * call goes on without it (DEV-9).
 */
export const DeviceReason = {
  answeredElsewhere: 'answered_elsewhere',
  declinedElsewhere: 'declined_elsewhere',
  moved: 'moved',
} as const

export type DeviceReason = (typeof DeviceReason)[keyof typeof DeviceReason]

/** What befalls a call. `request` is answered by the call store: it alone knows who is in a call already. */
export type CallEventKind =
  | 'accept'
  /** A device of the callee shows or sounds the call. */
  | 'alert'
  | 'decline'
  | 'update'
  /** Another session of a party takes it. */
  | 'move'
  | 'hang_up'
  | 'disconnect'
  | 'replace'
  | 'log_out'
  | 'ring_timeout'
  /** An administrator ends the session of a party. */
  | 'end_session'
  /** An administrator ends the call. */
  | 'end_call'
  | 'shut_down'
  | 'abandon'
  /** A party wants the other one to talk to somebody else, who is rung. */
  | 'transfer'
  /** That ring is over, and the call goes on. */
  | 'transfer_failed'
  /** That ring is accepted, and the other one is in a call with somebody else. */
  | 'transferred'
  /** The ring that a transfer began is taken back. */
  | 'cancel'

export type Role = 'caller' | 'callee' | 'server'

export type Notice = 'alerting' | 'accepted' | 'declined' | 'updated' | 'moved' | 'hangup'

export interface Transition {
  /** Who may cause it; `party` is either of the two. */
  readonly by: Role | 'party'
  readonly next: 'ringing' | 'active' | { readonly ended: EndReason }
  /**
   * Who is told; `peer` is the party that did not cause it. `others`: the devices of the one that did which had the call
   * or rang, but for the device that caused it.
   */
  readonly tells: {
    readonly caller?: Notice
    readonly callee?: Notice
    readonly peer?: Notice
    readonly others?: DeviceReason
  }
}

const ends = {
  hang_up: { by: 'party', next: { ended: EndReason.hangup }, tells: { peer: 'hangup' } },
  disconnect: { by: 'party', next: { ended: EndReason.peerDisconnected }, tells: { peer: 'hangup' } },
  replace: { by: 'party', next: { ended: EndReason.replaced }, tells: { peer: 'hangup' } },
  log_out: { by: 'party', next: { ended: EndReason.logout }, tells: { peer: 'hangup' } },
  end_session: { by: 'party', next: { ended: EndReason.administrator }, tells: { peer: 'hangup' } },
  end_call: {
    by: 'server',
    next: { ended: EndReason.administrator },
    tells: { caller: 'hangup', callee: 'hangup' },
  },
  shut_down: {
    by: 'server',
    next: { ended: EndReason.shutdown },
    tells: { caller: 'hangup', callee: 'hangup' },
  },
} as const satisfies Partial<Record<CallEventKind, Transition>>

/**
 * The call machine, whole: ringing → active → ended. An event that has no row in a phase is refused.
 * PROTOCOL.md prints this table.
 */
export const transitions: Readonly<
  Record<'ringing' | 'active', Readonly<Partial<Record<CallEventKind, Transition>>>>
> = {
  ringing: {
    alert: { by: 'callee', next: 'ringing', tells: { caller: 'alerting' } },
    accept: {
      by: 'callee',
      next: 'active',
      tells: { caller: 'accepted', others: DeviceReason.answeredElsewhere },
    },
    decline: {
      by: 'callee',
      next: { ended: EndReason.declined },
      tells: { caller: 'declined', others: DeviceReason.declinedElsewhere },
    },
    ring_timeout: {
      by: 'server',
      next: { ended: EndReason.timeout },
      tells: { caller: 'declined', callee: 'hangup' },
    },
    cancel: { by: 'server', next: { ended: EndReason.hangup }, tells: { callee: 'hangup' } },
    ...ends,
    hang_up: { ...ends.hang_up, tells: { peer: 'hangup', others: DeviceReason.declinedElsewhere } },
  },
  active: {
    update: { by: 'party', next: 'active', tells: { peer: 'updated' } },
    move: { by: 'party', next: 'active', tells: { peer: 'moved', others: DeviceReason.moved } },
    // The server forgets it, and its media goes on.
    abandon: { by: 'server', next: { ended: EndReason.shutdown }, tells: {} },
    transfer: { by: 'party', next: 'active', tells: {} },
    transfer_failed: { by: 'server', next: 'active', tells: {} },
    transferred: {
      by: 'server',
      next: { ended: EndReason.transferred },
      tells: { caller: 'hangup', callee: 'hangup' },
    },
    ...ends,
  },
}
