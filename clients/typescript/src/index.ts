import type { Client } from './client/client.ts'
import type { ConnectOptions } from './client/connect-options.ts'
import { connectWith } from './connect.ts'

/**
 * Connects to `ws://host:8081/ws` or `wss://…`, and resolves when the server has said what it can. Rejects with a
 * RoomRtcError: `unreachable`, `timeout`, `refused`, `aborted` and others.
 */
export function connect(url: string, options: ConnectOptions = {}): Promise<Client> {
  return connectWith(() => ({}), url, options)
}

export * from './types.ts'
