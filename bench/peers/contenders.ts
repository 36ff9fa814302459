import { fileURLToPath } from 'node:url'
import { withDaemon, withFloor, withServer } from '../harness/servers/with-server.ts'
import { LoadGenerator } from '../harness/load-generator.ts'
import { startServer } from '../harness/servers/server-process.ts'
import type { Bench } from '../harness/bench.ts'
import type { Subprotocol } from '../shared/web-socket-stream.ts'
import type { Turn } from './comparisons/comparison.ts'

/** One of those that are compared: `run` starts it with its load generator for a task; both are gone afterwards. */
interface Contender {
  readonly name: string
  /** For the load generator that the daemon has: its clients come by WebSocket. */
  readonly subprotocol?: Subprotocol
  readonly run: typeof withDaemon
}

/** The floor is what the others are compared with. */
const contenders: readonly Contender[] = [
  { name: 'floor', run: withFloor },
  { name: 'daemon', run: withDaemon },
  daemonOverWebSocket('roomrtc.json'),
  peer('ws'),
  peer('peer-server'),
  peer('socket-io'),
]

/** The same of all of them. */
export function turnsOfAll(
  measure: (contender: Contender, bench: Bench) => Promise<Readonly<Record<string, number>>>,
): readonly Turn[] {
  return contenders.map((contender) => ({
    contender: contender.name,
    measure: (bench) => measure(contender, bench),
  }))
}

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

export function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url))
}
