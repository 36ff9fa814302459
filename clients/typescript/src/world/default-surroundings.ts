import type { OpenLine } from '../line/line.ts'
import { browserNetwork } from './browser-network.ts'
import type { Surroundings } from './surroundings.ts'

/** What a browser has, and Node as well. */
export function defaultSurroundings(openLine: OpenLine, own: Partial<Surroundings>): Surroundings {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    setTimer: (ms, then) => {
      const timer = setTimeout(then, ms)
      return () => {
        clearTimeout(timer)
      }
    },
    random: () => Math.random(),
    network: browserNetwork(),
    WebSocket: undefined,
    openLine,
    ...own,
  }
}
