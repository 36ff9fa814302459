import { fileURLToPath } from 'node:url'
import { withDaemon, withFloor, withServer } from '../harness/servers/with-server.ts'
import { LoadGenerator } from '../harness/load-generator.ts'
import { startServer } from '../harness/servers/server-process.ts'
import type { Subprotocol } from '../shared/web-socket-stream.ts'

/** One of those that are compared: `run` starts it with its load generator for a task; both are gone afterwards. */
export interface Contender {
  readonly name: string
  /** For the load generator that the daemon has: its clients come by WebSocket. */
  readonly subprotocol?: Subprotocol
  readonly run: typeof withDaemon
}

/** The floor is what the others are compared with. */
export const contenders: readonly Contender[] = [
  { name: 'floor', run: withFloor },
  { name: 'daemon', run: withDaemon },
  daemonOverWebSocket('roomrtc.json'),
  peer('ws'),
  peer('peer-server'),
  peer('socket-io'),
]

function daemonOverWebSocket(subprotocol: Subprotocol): Contender {
  return {
    name: 'daemon-ws',
    subprotocol,
    run: (options, task) => withDaemon({ ...options, subprotocol }, task),
  }
}

function peer(name: string): Contender {
  const args = [here(`servers/${name}.mjs`)]
  return {
    name,
    run: (_options, task) =>
      withServer(
        (cwd) => startServer({ args, cwd, tls: false, portIn: Number }),
        task,
        () => new LoadGenerator(here(`clients/${name}.mjs`)),
      ),
  }
}

function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url))
}
