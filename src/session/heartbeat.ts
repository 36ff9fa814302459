export interface HeartbeatPeriods {
  /** How long nothing may pass before the server sends a HEARTBEAT of its own. */
  readonly intervalMs: number
  /** The silence that ends a connection that has sent HEARTBEAT before. */
  readonly timeoutMs: number
}

export interface Liveness {
  /** The client has sent a HEARTBEAT of its own accord. */
  readonly sendsHeartbeats: boolean
  readonly heardAt: number
  readonly sentAt: number
}

/** v1.md §13: only who has promised a sign of life is ended for want of one. */
export function heartbeatDue(
  { sendsHeartbeats, heardAt, sentAt }: Liveness,
  now: number,
  { intervalMs, timeoutMs }: HeartbeatPeriods,
): 'nothing' | 'send' | 'end' {
  if (sendsHeartbeats) return now - heardAt >= timeoutMs ? 'end' : 'nothing'
  return now - Math.max(heardAt, sentAt) >= intervalMs ? 'send' : 'nothing'
}
