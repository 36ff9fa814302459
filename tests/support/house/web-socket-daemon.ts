import type { ClientOptions } from 'ws'
import { connectRaw, RawClient } from '../wire/raw-client.ts'
import {
  openWebSocketStream,
  type Subprotocol,
  type WebSocketStream,
} from '../../../bench/shared/web-socket-stream.ts'
import { silentLog } from './house.ts'
import { urlInTurn } from '../nodes/turns.ts'
import { startTestDaemon } from './running-daemon.ts'

export type WebSocketClient = RawClient<WebSocketStream>

type Overrides = NonNullable<Parameters<typeof startTestDaemon>[0]>

/** A daemon with both ports, and clients for each; all are ended by what is pushed onto `ends`. */
export async function startWebSocketDaemon(
  ends: (() => unknown)[],
  overrides: Overrides = {},
  log = silentLog,
) {
  const daemon = await startTestDaemon({ http: {}, ...overrides }, log)
  ends.push(() => daemon.stop())
  const { httpPort = 0, port } = daemon
  const url = `ws://127.0.0.1:${httpPort}/ws`
  return {
    daemon,
    port,
    httpPort,
    url,
    open: async (
      subprotocol: Subprotocol = 'roomrtc.json',
      options: ClientOptions = {},
    ): Promise<WebSocketClient> => {
      const client = new RawClient(await openWebSocketStream(urlInTurn(url), subprotocol, options))
      ends.push(() => client.close())
      return client
    },
    overTcp: async (): Promise<RawClient> => {
      const client = await connectRaw(port)
      ends.push(() => client.close())
      return client
    },
  }
}
