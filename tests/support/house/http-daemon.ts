import { connect } from 'node:net'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { RawClient } from '../wire/raw-client.ts'
import { startTestDaemon } from './running-daemon.ts'

type Overrides = NonNullable<Parameters<typeof startTestDaemon>[0]>

export interface HttpDaemon {
  readonly daemon: Daemon
  readonly httpPort: number
  /** Of its URLs, without a slash at the end. */
  readonly base: string
  /** A client over TCP. */
  readonly connect: () => RawClient
}

/** A daemon that listens for HTTP too; what is to be ended is pushed onto `ends`. */
export async function startHttpDaemon(
  ends: (() => unknown)[],
  overrides: Overrides = {},
  log?: Parameters<typeof startTestDaemon>[1],
): Promise<HttpDaemon> {
  const daemon = await startTestDaemon({ http: {}, ...overrides }, log)
  ends.push(() => daemon.stop())
  const { httpPort = 0 } = daemon
  return {
    daemon,
    httpPort,
    base: `http://127.0.0.1:${httpPort}`,
    connect() {
      const client = new RawClient(connect({ port: daemon.port, host: '127.0.0.1' }))
      ends.push(() => client.close())
      return client
    },
  }
}
