import type { Client } from './client/client.ts'
import type { ConnectOptions } from './client/connect-options.ts'
import { connectWith } from './connect.ts'
import type { OpenLine } from './line/line.ts'
import { openBrowserLine } from './line/open-browser-line.ts'
import { openTcp } from './node/open-tcp.ts'

/**
 * Opens a line to `tcp://`, `tls://`, `ws://` or `wss://`, as `connect` does by itself. For those who give an `openLine` of
 * their own in `surroundings`, which looks at what passes and leaves the rest to this one.
 */
export const openLine: OpenLine = (url, options, events) =>
  /^(tcp|tls):\/\//.test(url) ? openTcp(new URL(url), options, events) : openBrowserLine(url, options, events)

/**
 * Connects to `tcp://host:8080`, `tls://host:8443`, `ws://host:8081/ws` or `wss://…`, and resolves when the server has
 * said what it can. Rejects with a RoomRtcError: `unreachable`, `timeout`, `refused`, `aborted` and others.
 */
export function connect(url: string, options: ConnectOptions = {}): Promise<Client> {
  return connectWith(openLine, url, options)
}

export * from './types.ts'
