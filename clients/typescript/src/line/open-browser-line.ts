import { RoomRtcError } from '../error.ts'
import type { OpenLine } from './line.ts'
import { openWebSocket } from './web-socket.ts'

/** What a browser can open. */
export const openBrowserLine: OpenLine = (url, options, events) => {
  if (!/^wss?:\/\//.test(url)) {
    throw new RoomRtcError(
      'wrong_state',
      `cannot connect to ${url}: allowed are ws:// and wss://, in Node also tcp:// and tls://`,
    )
  }
  return openWebSocket(url, options, events)
}
