import type { WebSocketConstructor } from '../line/web-socket.ts'
import { openWebSocket } from '../line/web-socket.ts'
import { RoomRtcError } from '../error.ts'
import { browserNetwork } from './browser-network.ts'
import type { Surroundings } from './surroundings.ts'

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
    WebSocket: ownWebSocket(),
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

/** That of browsers, and of Node from 22 on. */
function ownWebSocket(): WebSocketConstructor | undefined {
  const found: unknown = Reflect.get(globalThis, 'WebSocket')
  return isWebSocket(found) ? found : undefined
}

function isWebSocket(found: unknown): found is WebSocketConstructor {
  return typeof found === 'function'
}
