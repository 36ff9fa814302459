import type { Client } from './client/client.ts'
import type { ConnectOptions } from './client/connect-options.ts'
import { connectWith } from './connect.ts'
import { openTcp } from './node/open-tcp.ts'

/**
 * Connects to `tcp://host:8080`, `tls://host:8443`, `ws://host:8081/ws` or `wss://…`, and resolves when the server has
 * said what it can. Rejects with a RoomRtcError: `unreachable`, `timeout`, `refused`, `aborted` and others.
 */
export function connect(url: string, options: ConnectOptions = {}): Promise<Client> {
  return connectWith(
    ({ openLine }) => ({
      openLine: (address, lineOptions, events) =>
        /^(tcp|tls):\/\//.test(address)
          ? openTcp(new URL(address), lineOptions, events)
          : openLine(address, lineOptions, events),
    }),
    url,
    options,
  )
}

export * from './types.ts'
