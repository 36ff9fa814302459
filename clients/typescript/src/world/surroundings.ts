import type { Unsubscribe } from '../ask.ts'
import type { WebSocketConstructor } from '../line/web-socket-like.ts'
import type { OpenLine } from '../line/line.ts'

/** What a client needs of the world. Each has a default; tests and unusual programs give their own. */
export interface Surroundings {
  /** Unix time in milliseconds. */
  readonly now: () => number
  /** Milliseconds that never go back. */
  readonly monotonic: () => number
  /** Runs `then` once after so many milliseconds, unless what it returns is called first. */
  readonly setTimer: (ms: number, then: () => void) => Unsubscribe
  /** From 0 up to 1, without 1. */
  readonly random: () => number
  readonly network: Network
  /** For programs without a WebSocket of their own: Node before 22. */
  readonly WebSocket: WebSocketConstructor | undefined
  readonly openLine: OpenLine
}

/** What the device knows of its network. */
export interface Network {
  readonly online: () => boolean
  /** `visible`: a page came back to the front, or the device woke up. */
  readonly watch: (listener: (event: 'online' | 'offline' | 'visible') => void) => Unsubscribe
}
