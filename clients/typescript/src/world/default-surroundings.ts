import type { WebSocketConstructor } from '../line/web-socket.ts'
import { openWebSocket } from '../line/web-socket.ts'
import { RoomRtcError } from '../error.ts'
import { browserNetwork } from './browser-network.ts'
import type { Surroundings } from './surroundings.ts'

declare global {
  // Of browsers and of Node from 22 on.
  var WebSocket: WebSocketConstructor | undefined
}

/** What a browser has, and Node as well. */
export function defaultSurroundings(own: Partial<Surroundings>): Surroundings {
  const surroundings: Surroundings = {
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
    WebSocket: globalThis.WebSocket,
    openLine: (url, options, events) => {
      if (!/^wss?:\/\//.test(url)) {
        throw new RoomRtcError(
          'wrong_state',
          `cannot connect to ${url}: it begins with neither ws:// nor wss://`,
        )
      }
      return openWebSocket(surroundings.WebSocket, url, options, events)
    },
    ...own,
  }
  return surroundings
}
