export interface HeartbeatPeriods {
  /** How long nothing may pass before the server sends a HEARTBEAT of its own. */
  readonly intervalMs: number
  /** The silence that ends a connection that has sent HEARTBEAT before. */
  readonly timeoutMs: number
}

type Due = 'nothing' | 'heartbeat' | 'ping' | 'login_timeout' | 'session_timeout'

/**
 * What the deadlines of a connection are judged by. Instants are monotonic milliseconds, kept without fractions: an
 * integer takes no object of its own.
 */
export class VitalSigns {
  readonly #openedAt: number
  #heardAt: number
  #sentAt: number
  #introduced = false
  /** The client has sent a HEARTBEAT of its own accord. */
  #promisesHeartbeats = false
  #ownHeartbeat: number | undefined
  /** When the peer was asked for a pong; undefined where there are none. */
  #pingedAt: number | undefined

  constructor(now: number, hasPings: boolean) {
    this.#openedAt = this.#heardAt = this.#sentAt = Math.floor(now)
    this.#pingedAt = hasPings ? this.#openedAt : undefined
  }

  heard(now: number): void {
    this.#heardAt = Math.floor(now)
  }

  sent(now: number): void {
    this.#sentAt = Math.floor(now)
  }

  /** The client has tried to say who it is. */
  introduced(): void {
    this.#introduced = true
  }

  pinged(now: number): void {
    this.#pingedAt = Math.floor(now)
  }

  sentHeartbeat(timestamp: number): void {
    this.#ownHeartbeat = timestamp
  }

  /** Whether to answer a HEARTBEAT: not if it answers ours, because two who answer each other would never stop. */
  takeHeartbeat(timestamp: number): boolean {
    if (timestamp === this.#ownHeartbeat) {
      this.#ownHeartbeat = undefined
      return false
    }
    this.#promisesHeartbeats = true
    return true
  }

  /** BEAT-2, BEAT-3: only who has promised a sign of life is ended for want of one. */
  due(now: number, { intervalMs, timeoutMs }: HeartbeatPeriods, loginTimeoutMs: number): Due {
    if (!this.#introduced && now - this.#openedAt >= loginTimeoutMs) return 'login_timeout'
    if (this.#pingedAt !== undefined) {
      // Every peer answers pings (WS-9), so silence always tells.
      if (now - this.#heardAt >= timeoutMs) return 'session_timeout'
      const pause = Math.min(intervalMs, timeoutMs / 2)
      return now - Math.max(this.#heardAt, this.#pingedAt) >= pause ? 'ping' : 'nothing'
    }
    if (this.#promisesHeartbeats) return now - this.#heardAt >= timeoutMs ? 'session_timeout' : 'nothing'
    return now - Math.max(this.#heardAt, this.#sentAt) >= intervalMs ? 'heartbeat' : 'nothing'
  }
}
