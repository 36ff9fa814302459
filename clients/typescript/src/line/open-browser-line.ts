import { RoomRtcError } from '../error.ts'
import type { OpenLine } from './line.ts'
import { openWebSocket } from './web-socket.ts'

/** What a browser can open. */
export const openBrowserLine: OpenLine = (url, options, events) => {
  if (!/^wss?:\/\//.test(url)) {
    throw new RoomRtcError('wrong_state', `cannot connect to ${url}: it begins with neither ws:// nor wss://`)
  }
  return openWebSocket(url, options, events)
}
